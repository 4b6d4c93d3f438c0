#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests of the tools themselves, as TAP: module lists, TAP judging, package sources, ELF check."""
import pathlib
import struct
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True
TOP = pathlib.Path(__file__).resolve().parents[2]
for folder in ('tools/boot', 'tools/third', 'tools/check', 'tests/run'):
    sys.path.insert(0, str(TOP / folder))
import elf  # noqa: E402
import fetch  # noqa: E402
import modlist  # noqa: E402
import qemu  # noqa: E402
import tap  # noqa: E402


def load(text, **files):
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(tmp)
        for name, content in files.items():
            (folder / name).write_text(content)
        (folder / 'modules.list').write_text(text)
        return modlist.load(folder / 'modules.list', modlist.Finder([folder]))


def complaint(text):
    try:
        load(text)
    except modlist.ListError as e:
        return str(e)
    return ''


def names(entry):
    return [f.name for f in entry.modules]


def a_moe_line_is_a_root_task_and_its_script():
    e = load('entry x\nmoe a.cfg --opt\nmodule ned\n')['x']
    assert (e.roottask.path, e.roottask.args) == ('moe', 'rom/a.cfg --opt')
    assert names(e) == ['a.cfg', 'ned']


def an_entry_has_the_default_first_files():
    e = load('default-sigma0 s0 -v\nentry x\nkernel k -wait\n')['x']
    assert (e.kernel.path, e.kernel.args) == ('k', '-wait')
    assert (e.sigma0.path, e.sigma0.args) == ('s0', '-v')
    assert (e.roottask.path, e.roottask.args) == ('moe', 'rom/ned')


def groups_includes_and_long_lines_work():
    e = load('include inc\nentry x\nmodule-group g\nmodule \\\n  c one\n',
             inc='group g # a comment\nmodule a\nmodule b two\n')['x']
    assert names(e) == ['a', 'b', 'c']
    assert [f.args for f in e.modules] == ['', 'two', 'one']


def options_choose_rename_and_expand():
    e = load('entry[arch=x86] no\nmodule q\nentry x\nmodule[arch=arm] n\nmodule[fname=m] a\n'
             'module[glob] *.cfg\nmodule[shell] echo s t\n', **{'b.cfg': ''})
    assert list(e) == ['x']
    assert names(e['x']) == ['m', 'b.cfg', 's', 't']


def mistakes_in_a_list_are_named_with_their_line():
    assert ':1: unknown directive foo' in complaint('foo bar\n')
    assert ':2: no group q' in complaint('entry x\nmodule-group q\n')
    assert ':2: entry x is there already' in complaint('entry x\nentry x\n')
    assert ':2: option perl is not supported' in complaint('entry x\nmodule[perl] a\n')
    assert ':1: module before' in complaint('module a\n')


def tap_needs_plan_numbers_and_code_to_agree():
    def judged(code, *lines):
        r = tap.judge(list(lines), code)
        return r.passed, r.failed

    assert judged(0, 'noise', '1..2', 'ok 1 - a', 'ok 2 - b') == (2, 0)
    assert judged(1, '1..2', 'ok 1 - a', 'not ok 2 - b') == (1, 1)
    assert judged(0, '1..2', 'ok 1 - a', 'not ok 2 - b') == (1, 2)
    assert judged(0, '1..2', 'ok 1 - a') == (1, 1)
    assert judged(0, 'ok 1 - a') == (1, 1)
    assert judged(3, '1..1', 'ok 1 - a') == (1, 1)
    assert judged(0, '1..2', 'ok 1 - a', 'ok 3 - b') == (2, 1)
    assert judged(124, '1..2', 'not ok 1 - a') == (0, 2)
    assert judged(0) == (0, 1)


def package_sources_keep_their_keys_and_their_places():
    text = 'deb [signed-by=/k] http://a b c # x\n# deb http://n\ndeb cdrom:[x]/ a\n'
    assert list(fetch.one_line_entries(text, 'deb-src')) == ['deb-src [signed-by=/k] http://a b c']
    text = ('Types: deb\nURIs: http://x\nSigned-By:\n -----BEGIN\n .\n k\n\n'
            'Types: deb\nEnabled: no\n')
    assert list(fetch.stanzas(text, 'deb-src')) == [
        'Types: deb-src\nURIs: http://x\nSigned-By:\n -----BEGIN\n .\n k']


def program(*loads, machine=62):
    """A program of headers only; loads are (flags, address, size)."""
    head = b'\x7fELF\x02\x01\x01' + bytes(9)
    head += struct.pack('<HHIQQQIHHHHHH', 2, machine, 1, 0, 64, 0, 0, 64, 56, len(loads), 0, 0, 0)
    for flags, address, size in loads:
        head += struct.pack('<IIQQQQQQ', 1, flags, address % 4096, address, address, 0, size, 4096)
    return head


def a_program_that_breaks_a_rule_is_refused():
    assert elf.check_header(program()) == []
    assert elf.check_header(program(machine=183)) != []
    assert elf.check_segments(program((5, 0x1000, 16), (6, 0x2000, 16))) == []
    assert 'writable and executable' in elf.check_segments(program((7, 0x1000, 16)))[0]
    assert 'shares a page' in elf.check_segments(program((5, 0x1000, 16), (6, 0x1800, 16)))[0]
    assert elf.check_segments(program()) == ['nothing to load']


def exit_codes_of_the_guest_are_told_from_those_of_qemu():
    assert qemu.guest_code(0) == 0
    assert qemu.guest_code(1) == 0
    assert qemu.guest_code(2 << 1 | 1) == 2
    assert qemu.guest_code(-9) == qemu.CRASHED


def main():
    tests = [f for f in globals().values()
             if callable(f) and getattr(f, '__module__', '') == __name__
             and f.__code__.co_argcount == 0 and '_' in f.__name__]
    print(f'1..{len(tests)}')
    failed = False
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f'ok {number} - tools/{test.__name__}')
        except Exception:
            failed = True
            print('\n'.join('# ' + line for line in traceback.format_exc().splitlines()))
            print(f'not ok {number} - tools/{test.__name__}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
