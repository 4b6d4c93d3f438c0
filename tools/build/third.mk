# SPDX-License-Identifier: MIT
#
# Collect one third-party package and clear its variables.
#
#   third          := newlib                the folder pkg/third/newlib holds build.sh, the recipe
#   third-package  := newlib-source         Debian package, version, 'source' or 'binary'
#   third-version  := 3.3.0-1.3+deb12u1
#   third-kind     := binary
#   third-files    := newlib-3.3.0.tar.xz:<sha256>
#   third-archives := c m                   what it builds: lib/libc.a and lib/libm.a
#   third-needs    :=                       third-party packages that must be there before
#   third-cflags   :=                       flags for whoever uses it
#   third-host     := y                     unit tests on the host may use it, too
#   include tools/build/third.mk
#
# The result lies in $(THIRD)/<name>-<hash>; the hash covers everything that goes into it, so all
# build folders share it and a change of the recipe makes a new one.
ifneq ($(filter x$(third-host),xy)$(if $(CONFIG_ARCH_HOST),,target),)
thirds += $(third)
third-archives-of-$(third) := $(third-archives)
third-dir-of-$(third) := $(THIRD)/$(third)-$(shell ( \
    cat $(foreach t,$(third) $(third-needs),pkg/third/$t/* pkg/third/$t/*/*) tools/third/build.sh; \
    echo '$(THIRD_CC) $(cflags-third)'; $(THIRD_CC) --version) 2>/dev/null | sha256sum | cut -c 1-12)
third-libs += $(third-archives)

# For the host there is nothing below: the host's own C library takes newlib's place.
third-needs := $(if $(CONFIG_ARCH_HOST),,$(third-needs))

# The packages below may be collected later than this one, hence the second expansion.
define third-rule
$(third-dir-of-$(third))/.done: $(foreach t,$(third-needs),$$$$(third-dir-of-$t)/.done)
	@CC='$(THIRD_CC)' CFLAGS='$(cflags-third)' AR='$(AR)' PY='$(PY)' \
	    $(foreach t,$(third-needs),DEP_$t='$$(abspath $$(third-dir-of-$t))') \
	    tools/third/build.sh $(third) $(third-dir-of-$(third)) $(third-package) $(third-version) $(third-kind) $(third-files)

$(foreach a,$(third-archives),$(third-dir-of-$(third))/lib/lib$(a).a): $(third-dir-of-$(third))/.done ;
endef
$(eval $(third-rule))

define third-archive
third-archive-of-$(1) := $(third-dir-of-$(third))/lib/lib$(1).a
third-done-of-$(1)    := $(third-dir-of-$(third))/.done
lib-needs-of-$(1)      = $(foreach t,$(third-needs),$$(third-archives-of-$t))
third-incs-of-$(1)     := $(third-dir-of-$(third))/include
lib-cflags-of-$(1)    := $(third-cflags)
endef
$(foreach a,$(third-archives),$(eval $(call third-archive,$a)))
endif

third :=
third-package :=
third-version :=
third-kind :=
third-files :=
third-archives :=
third-needs :=
third-cflags :=
third-host :=
