#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Make a bootable image: GRUB (BIOS and UEFI), its menu, and the files of the entries.

Either from a modules.list (all entries, or the one named), or from --kernel and --module for a
single entry without a list.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import modlist  # noqa: E402

# What GRUB needs to show a menu and load a kernel; everything else would only make images large.
# The partition schemes are there because its first steps ask for all of them.
GRUB_MODULES = ('multiboot2 normal serial terminal test echo fat iso9660 all_video gfxterm '
                'part_acorn part_amiga part_apple part_bsd part_dfly part_dvh part_gpt part_msdos '
                'part_plan part_sun part_sunpc')

MENU_HEAD = '''set timeout={timeout}
set default=0
serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console {serial}
insmod all_video
'''


def quoted(args):
    """An argument string for GRUB's shell: spaces separate, nothing else has a meaning."""
    return ' '.join("'" + a.replace("'", "'\\''") + "'" for a in args.split())


def write_entry(entry, number, root, finder):
    """Copy the files of an entry; returns its lines of the menu."""
    folder = root / 'boot' / f'{number:02}'
    folder.mkdir(parents=True)

    def place(f, position):
        target = folder / f'{position:02}-{f.name}'
        target.write_bytes(f.content(finder))
        if target.open('rb').read(4) == b'\x7fELF':
            # Line numbers stay on the machine that builds: no loader has to carry them about.
            # A damaged program stays as it is: tests want to see it refused.
            subprocess.run(['objcopy', '--strip-debug', target], stderr=subprocess.DEVNULL,
                           check=False)
        return '/' + str(target.relative_to(root))

    lines = [f"menuentry '{entry.name}' {{",
             f'    multiboot2 {place(entry.kernel, 0)} {quoted(entry.kernel.args)}'.rstrip()]
    files = [entry.sigma0, entry.roottask, *entry.modules]
    for position, f in enumerate(files, 1):
        lines.append(f'    module2 {place(f, position)} {quoted(f.name + " " + f.args)}')
    return lines + ['}']


def build(entries, finder, out, timeout):
    with tempfile.TemporaryDirectory() as tmp:
        root = pathlib.Path(tmp)
        menu = []
        for number, entry in enumerate(entries):
            menu += write_entry(entry, number, root, finder)
        grub = root / 'boot/grub'
        grub.mkdir()
        head = MENU_HEAD.format(timeout=timeout, serial='serial' if timeout else '')
        (grub / 'grub.cfg').write_text(head + '\n'.join(menu) + '\n')
        part = out.with_name(out.name + '.part')
        # Always the same date: the same files make the same image.
        p = subprocess.run(['grub-mkrescue', '--locales=', '--themes=', '--fonts=',
                            f'--install-modules={GRUB_MODULES}', '-o', part, root,
                            '--', '-volid', 'STRETTO'],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if p.returncode or not part.exists():
            raise modlist.ListError(f'grub-mkrescue failed:\n{p.stdout}')
        shutil.move(part, out)


def chosen(args, finder):
    if args.kernel:
        files = [modlist.File(w[0], ' '.join(w[1:])) for w in (m.split() for m in args.module)]
        if len(files) < 2:
            raise modlist.ListError('sigma0 and a root task must be among the modules')
        return [modlist.Entry(args.out.stem, modlist.File(args.kernel), *files[:2], files[2:])]
    entries = modlist.load(args.list, finder)
    if not args.entry:
        return list(entries.values())
    if args.entry not in entries:
        raise modlist.ListError(f'no entry {args.entry} in {args.list}; there are: '
                                + ' '.join(entries))
    return [entries[args.entry]]


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--list', type=pathlib.Path)
    ap.add_argument('--entry')
    ap.add_argument('--path', action='append', default=[], help='folder with files, repeatable')
    ap.add_argument('--kernel')
    ap.add_argument('--module', action='append', default=[], metavar="'FILE ARGS'")
    ap.add_argument('--kernel-args', default='', help='more arguments for each kernel')
    ap.add_argument('--root-args', default='', help='more arguments for each root task called moe')
    ap.add_argument('--timeout', type=int, default=0, help='seconds the menu waits')
    ap.add_argument('--out', type=pathlib.Path, required=True)
    args = ap.parse_args()
    finder = modlist.Finder(args.path or ['.'])
    try:
        entries = chosen(args, finder)
        for e in entries:
            e.kernel = modlist.File(e.kernel.path, f'{e.kernel.args} {args.kernel_args}'.strip(),
                                    e.kernel.name)
            if e.roottask.name == 'moe':
                e.roottask = modlist.File(e.roottask.path,
                                          f'{args.root_args} {e.roottask.args}'.strip())
        if not entries:
            raise modlist.ListError('no entry to put into the image')
        build(entries, finder, args.out, args.timeout)
    except (modlist.ListError, OSError) as e:
        print(f'{args.out}: {e}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
