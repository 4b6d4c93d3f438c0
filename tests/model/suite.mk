# SPDX-License-Identifier: MIT
# Spin models, one test each; needs spin.
suites           += model
lines-of-model   := $(foreach m,$(patsubst tests/model/%.pml,%,$(sort $(wildcard tests/model/*.pml))),\
    'model/$m|300|tests/model/run $m')
needs-of-model   :=
