# SPDX-License-Identifier: MIT
.PHONY: help
help:
	@cat tools/build/help.txt
