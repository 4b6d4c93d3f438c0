#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Join the fragments that the compile rules wrote into one compile_commands.json."""
import pathlib
import sys

out, *parts = sys.argv[1:]
text = ',\n'.join(pathlib.Path(p).read_text() for p in parts if pathlib.Path(p).exists())
pathlib.Path(out).write_text(f'[\n{text}\n]\n')
