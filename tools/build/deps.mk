# SPDX-License-Identifier: MIT
#
# Packages of the machine: 'make deps' installs all; 'make run', 'make test' and 'make iso' install
# what they miss where that needs no password; everything else names what is missing and stops.
.PHONY: deps
deps:
	@p=$$(tools/deps/deps.sh missing build run check model); tools/deps/deps.sh install $$p; \
	    echo "  DEPS    all there"

comma        := ,
goals        := $(or $(MAKECMDGOALS),all)
boot-goals   := run test iso images bench irqoff
deps-uses    := $(if $(filter-out clean distclean help deps,$(goals)),build) \
                $(if $(filter $(boot-goals),$(goals)),run) $(if $(filter check%,$(goals)),check) \
                $(if $(filter test,$(goals)),$(filter model,$(or $(subst $(comma), ,$(SUITE)),model)))
ifeq ($(filter-out unit,$(or $(SUITE),x)),)
deps-uses    := $(filter-out run,$(deps-uses))
endif
deps-missing := $(if $(strip $(deps-uses)),$(shell tools/deps/deps.sh missing $(deps-uses)))

ifneq ($(deps-missing),)
ifneq ($(filter $(boot-goals),$(goals)),)
ifeq ($(shell tools/deps/deps.sh can-install && echo yes),yes)
$(info   DEPS    installing $(deps-missing))
deps-log     := $(shell tools/deps/deps.sh install $(deps-missing) >&2)
deps-missing := $(shell tools/deps/deps.sh missing $(deps-uses))
endif
endif
endif
ifneq ($(deps-missing),)
$(error missing packages: $(deps-missing). 'make deps' installs them)
endif
