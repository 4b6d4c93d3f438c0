# SPDX-License-Identifier: MIT
"""Boot a group's root task so that time is the number of instructions, and read its console."""
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'boot'))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'tests/run'))
import guest  # noqa: E402
import qemu  # noqa: E402
import tap  # noqa: E402

MACHINE = {'qemu': 'qemu-system-x86_64', 'firmware': 'bios',
           'options': '-machine q35 -cpu max -m 512 -icount shift=0,sleep=off '
                      '-rtc base=2026-01-01,clock=vm'}
SECONDS = 240


class Failed(Exception):
    """A guest that did not do what it had to; the text says why."""


def command(image):
    return qemu.command(MACHINE, image) + ['-monitor', 'none']


def run(image):
    """Boot an image, with a second serial line for tests to interrupt. Returns the console."""
    cmd = command(image) + ['-serial', 'stdio', '-serial', 'null']
    try:
        p = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
        lines, code = guest.console_lines(p.stdout), qemu.guest_code(p.returncode)
    except subprocess.TimeoutExpired as e:
        lines, code = guest.console_lines(e.stdout or b''), tap.TIME_IS_OVER
    result = tap.judge(lines, code)
    if result.failed:
        raise Failed('\n'.join(line for line in result.story() if not line.startswith('@ ')))
    return lines
