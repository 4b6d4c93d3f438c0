# SPDX-License-Identifier: MIT
"""How large the kernel is: bytes of its text, lines of its rooms (without blanks and comments)."""
import pathlib
import re
import subprocess

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
SUFFIXES = ('.c', '.h', '.S')
SKIPPED = ('test', 'host')


def text_bytes(kernel):
    out = subprocess.run(['size', '-A', '-d', str(kernel)], capture_output=True, text=True,
                         check=True).stdout
    sections = (line.split() for line in out.splitlines())
    return sum(int(s[1]) for s in sections if s and s[0].startswith('.text'))


def lines_of(path):
    text = COMMENT.sub('', path.read_text())
    return sum(1 for line in text.splitlines() if line.strip())


def room_lines(room):
    files = (p for p in sorted(room.rglob('*')) if p.suffix in SUFFIXES)
    return sum(lines_of(p) for p in files if not set(p.relative_to(room).parts) & set(SKIPPED))


def measure(kernel, root=pathlib.Path('kernel')):
    rooms = {r.name: room_lines(r) for r in sorted(root.iterdir()) if r.is_dir()}
    series = {'size.text': {text_bytes(kernel): 1}, 'size.lines': {sum(rooms.values()): 1}}
    series.update({f'size.lines.{name}': {n: 1} for name, n in rooms.items() if n})
    return series
