# SPDX-License-Identifier: MIT
suites         += tools
lines-of-tools := 'tools|60|$(PY) tests/tools/run.py'
