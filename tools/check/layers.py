#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Check the arrows between rooms: every #include names the own room or a declared, lower one."""
import pathlib
import re
import sys

ROOM_VAR = re.compile(r'^room(?:-(layer|needs))?\s*:?=\s*((?:.*\\\n)*.*)$', re.M)
TEST_NEEDS = re.compile(r'^test-needs\s*:?=\s*((?:.*\\\n)*.*)$', re.M)
INC = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
ABI = 'kernel/abi'
FREESTANDING = {'stddef.h', 'stdint.h', 'stdbool.h', 'stdarg.h', 'limits.h'}
SOURCES = ('.c', '.h', '.S')


def words(text):
    return set(text.replace('\\\n', ' ').split())


def read_rooms():
    layer, needs, test_needs = {ABI: 0}, {ABI: set()}, {ABI: set()}
    for mk in sorted(pathlib.Path('kernel').glob('*/room.mk')):
        text = mk.read_text()
        v = {k or 'room': val.strip() for k, val in ROOM_VAR.findall(text)}
        if v.get('room') != str(mk.parent):
            sys.exit(f'{mk}: the room must be called {mk.parent}')
        m = TEST_NEEDS.search(text)
        layer[v['room']] = int(v['layer'])
        needs[v['room']] = words(v.get('needs', ''))
        test_needs[v['room']] = words(m[1]) if m else set()
    return layer, needs, test_needs


def header_roots(room):
    if room == ABI:
        return [pathlib.Path(room)]
    return [pathlib.Path(room, 'include'), *pathlib.Path(room).glob('*/include')]


def read_owners(rooms):
    """Map each public header name to its room; two architectures of one room may share a name."""
    owner = {}
    for room in rooms:
        for root in header_roots(room):
            for h in root.rglob('*.h'):
                name = str(h.relative_to(root))
                if owner.setdefault(name, room) != room:
                    sys.exit(f'{name}: offered by {owner[name]} and {room}')
    return owner


def is_local(src, inc):
    return (src.parent / inc).is_file()


def check_source(room, src, owner, needs, test_needs):
    parts = src.relative_to(room).parts
    test, host = 'test' in parts, 'host' in parts
    for inc in INC.findall(src.read_text()):
        to = owner.get(inc)
        if to == room or is_local(src, inc):
            continue
        if to is None and (inc in FREESTANDING or inc.startswith('gen/') or test or host):
            continue
        if to in needs or (test and to in test_needs):
            continue
        yield f'{src}: includes <{inc}> of {to or "nobody"}, not in room-needs'


def main():
    layer, needs, test_needs = read_rooms()
    owner = read_owners(layer)
    bad = [f'{r}: needs {n}, which is not below it' for r in needs for n in sorted(needs[r])
           if layer.get(n, 99) >= layer[r]]
    for room in layer:
        for src in sorted(p for p in pathlib.Path(room).rglob('*') if p.suffix in SOURCES):
            bad += check_source(room, src, owner, needs[room], test_needs[room])
    print('\n'.join(bad) or f'layers ok: {len(layer)} rooms, {len(owner)} headers')
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main())
