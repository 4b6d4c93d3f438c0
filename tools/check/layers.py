#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Check the arrows: every #include points to the own room or to one that is declared and lower.

Kernel rooms declare a number and what they need (room.mk). Above the kernel a unit is a library or
a program; it may include kernel/abi, l4re/include and the headers of libraries it needs, directly
or through others. No header has two places, and libraries do not need each other in a circle.
"""
import pathlib
import re
import sys

INC = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
SETTING = re.compile(r'^([\w-]+)\s*[:+]?=\s*(.*)$')
ABI = 'kernel/abi'
FREESTANDING = {'stddef.h', 'stdint.h', 'stdbool.h', 'stdarg.h', 'limits.h'}
SOURCES = ('.c', '.h', '.S')
USER_ROOTS = ('l4re', 'pkg', 'tests/system')


def sources(folder):
    return sorted(p for p in pathlib.Path(folder).rglob('*') if p.suffix in SOURCES)


def blocks(path):
    """The settings of a fragment, one dictionary per 'include ...mk' that ends a block."""
    now = {}
    for line in path.read_text().replace('\\\n', ' ').splitlines():
        m = SETTING.match(line.split('#')[0].strip())
        if m:
            now[m[1]] = (now.get(m[1], '') + ' ' + m[2]).strip()
        elif line.startswith('include '):
            yield now
            now = {}


class Problems(list):
    def note(self, text):
        self.append(text)


def read_rooms(bad):
    layer, needs, test_needs = {ABI: 0}, {ABI: set()}, {ABI: set()}
    for mk in sorted(pathlib.Path('kernel').glob('*/room.mk')):
        room = str(mk.parent)
        for v in blocks(mk):
            if v.get('room') != room:
                bad.note(f'{mk}: the room must be called {room}')
            layer[room] = int(v.get('room-layer', 0))
            needs[room] = set(v.get('room-needs', '').split())
            test_needs[room] = set(v.get('test-needs', '').split())
    return layer, needs, test_needs


def header_owners(roots, bad):
    """Map each header name to its owner. One owner may have it twice, for two architectures."""
    owner = {}
    for who, folder in roots:
        for h in sorted(folder.rglob('*.h')):
            name = str(h.relative_to(folder))
            if owner.setdefault(name, who) != who:
                bad.note(f'{name}: offered by {owner[name]} and by {who}')
    return owner


def check_kernel(bad):
    layer, needs, test_needs = read_rooms(bad)
    roots = [(ABI, pathlib.Path(ABI))]
    for room in layer:
        if room != ABI:
            roots += [(room, d) for d in (pathlib.Path(room, 'include'),
                                          *sorted(pathlib.Path(room).glob('*/include')))]
    owner = header_owners(roots, bad)
    for room, wanted in needs.items():
        for n in sorted(wanted):
            if layer.get(n, 99) >= layer[room]:
                bad.note(f'{room}: needs {n}, which is not below it')
    for room in layer:
        for src in sources(room):
            parts = src.relative_to(room).parts
            free = 'test' in parts or 'host' in parts
            may = needs[room] | {room} | (test_needs[room] if 'test' in parts else set())
            for inc in INC.findall(src.read_text()):
                to = owner.get(inc)
                known = inc in FREESTANDING or inc.startswith('gen/') or free
                if to in may or (src.parent / inc).is_file() or (to is None and known):
                    continue
                bad.note(f'{src}: includes <{inc}> of {to or "nobody"}, not in room-needs')
    return owner, len(layer)


def read_units():
    """Libraries and programs: name -> (folder, needs)."""
    units = {}
    for root in USER_ROOTS:
        for mk in sorted(pathlib.Path(root).rglob('*.mk')):
            for v in blocks(mk):
                if 'lib' in v:
                    units[v['lib']] = (mk.parent, v.get('lib-needs', '').split())
                for kind in ('prog', 'test'):
                    if kind in v:
                        default = 'systest l4sys' if kind == 'test' else ''
                        needs = v.get('libs-y', v.get('test-libs', default))
                        units[f'{kind}-{v[kind]}'] = (mk.parent, needs.split())
    return units


def closure(units, name, path, bad):
    """All libraries below a unit."""
    if name in path:
        bad.note('libraries need each other: ' + ' -> '.join([*path[path.index(name):], name]))
        return set()
    below = set()
    for n in units.get(name, (None, []))[1]:
        below |= {n} | closure(units, n, [*path, name], bad)
    return below


def check_user(kernel_owner, bad):
    units = read_units()
    roots = [(ABI, pathlib.Path(ABI)), ('l4re/include', pathlib.Path('l4re/include'))]
    folders = {}
    for name, (folder, needs) in units.items():
        folders.setdefault(folder, set()).update({name}, closure(units, name, [], bad))
        roots.append((str(folder), folder / 'include'))
    owner = header_owners(dict.fromkeys(roots), bad)
    for folder, below in folders.items():
        may = {ABI, 'l4re/include', str(folder)}
        may |= {str(units[n][0]) for n in below if n in units}
        inner = {f for f in folders if f != folder and folder in f.parents}
        for src in sources(folder):
            if inner & set(src.parents):
                continue
            for inc in INC.findall(src.read_text()):
                to = owner.get(inc) or kernel_owner.get(inc)
                if to is None or to in may or (src.parent / inc).is_file():
                    continue
                bad.note(f'{src}: includes <{inc}> of {to}, which it does not need')
    return len(units)


def main():
    bad = Problems()
    owner, rooms = check_kernel(bad)
    units = check_user(owner, bad)
    print('\n'.join(dict.fromkeys(bad))
          or f'layers ok: {rooms} rooms, {units} libraries and programs')
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main())
