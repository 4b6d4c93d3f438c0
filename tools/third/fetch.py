#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bring the source archives of a third-party package into a folder and check their sums.

Looked for, in this order: the folder itself, the folder named by $DL, /usr/src (where Debian's
*-source packages unpack), and the Debian archive through apt-get with a state of its own. Nothing
of the user's system is changed and no right of root is needed.
"""
import argparse
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


class Problem(Exception):
    pass


def sum_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def one_line_entries(text, kind):
    """Lines 'deb [options] uri suite component...' of a .list file, turned to the wanted kind."""
    for line in text.splitlines():
        words = line.split('#')[0].split()
        if words and words[0] in ('deb', 'deb-src') and 'cdrom:' not in line:
            yield ' '.join([kind, *words[1:]])


def stanzas(text, kind):
    """Stanzas of a .sources file, turned to the wanted kind; everything else stays as it is."""
    for stanza in re.split(r'\n[ \t]*\n', text):
        lines = [x for x in stanza.splitlines() if x.strip() and not x.startswith('#')]
        fields = dict(re.findall(r'^([\w-]+):[ \t]*(.*)$', '\n'.join(lines), re.M))
        fields = {k.lower(): v for k, v in fields.items()}
        if 'types' not in fields or fields.get('enabled', 'yes').lower() in ('no', 'false', '0'):
            continue
        yield '\n'.join(f'Types: {kind}' if x.lower().startswith('types:') else x for x in lines)


def system_sources():
    out = subprocess.run(['apt-config', 'shell', 'MAIN', 'Dir::Etc::sourcelist/f',
                          'PARTS', 'Dir::Etc::sourceparts/d'],
                         capture_output=True, text=True, check=True).stdout
    place = dict(re.findall(r"^(\w+)='(.*)'$", out, re.M))
    files = [pathlib.Path(place['MAIN'])]
    files += sorted(pathlib.Path(place['PARTS']).glob('*'))
    return [f for f in files if f.is_file() and (f.suffix in ('.list', '.sources'))]


class Apt:
    """apt-get with lists, cache and sources of its own below one folder."""

    def __init__(self, root, kind):
        self.root = root
        parts = root / 'parts'
        shutil.rmtree(parts, ignore_errors=True)
        for d in ('parts', 'state/lists/partial', 'cache/archives/partial'):
            (root / d).mkdir(parents=True, exist_ok=True)
        for number, source in enumerate(system_sources()):
            convert = stanzas if source.suffix == '.sources' else one_line_entries
            between = '\n\n' if source.suffix == '.sources' else '\n'
            text = between.join(dict.fromkeys(convert(source.read_text(), kind)))
            if text:
                (parts / f'{number:02}{source.suffix}').write_text(text + '\n')

    def run(self, *args, cwd):
        options = {
            'Dir::State': self.root / 'state',
            'Dir::State::status': '/var/lib/dpkg/status',
            'Dir::Cache': self.root / 'cache',
            'Dir::Etc::sourcelist': '/dev/null',
            'Dir::Etc::sourceparts': self.root / 'parts',
            'APT::Sandbox::User': 'root' if os.getuid() == 0 else '',
            'APT::Get::List-Cleanup': 'false',
            'Acquire::Languages': 'none',
            'Acquire::Retries': '3',
        }
        flags = [x for k, v in options.items() for x in ('-o', f'{k}={v}')]
        p = subprocess.run(['apt-get', '-q', *flags, *args], cwd=cwd, text=True, check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return p.returncode == 0, p.stdout


def fetch_apt(args, into):
    """Download with apt-get; binary packages are unpacked for the archive they carry."""
    if not shutil.which('apt-get'):
        raise Problem('apt-get is not here')
    apt = Apt(args.state, 'deb-src' if args.kind == 'source' else 'deb')
    wanted = f'{args.package}={args.version}'
    get = ['source', '--download-only'] if args.kind == 'source' else ['download']
    # Lists from an earlier run are often still good, and loading them takes longer than the rest.
    ok, log = apt.run(*get, wanted, cwd=into)
    if not ok:
        _, update_log = apt.run('update', cwd=into)
        ok, log = apt.run(*get, wanted, cwd=into)
        if not ok:
            raise Problem('apt-get says:\n' + (update_log + log)[-2000:])
    for deb in into.glob('*.deb'):
        subprocess.run(['dpkg-deb', '-x', deb, into / 'unpacked'], check=True)


def take(args, name, digest, candidates):
    """Copy the first candidate with the right sum; a file with a wrong sum is never used."""
    target = args.dest / name
    for c in candidates:
        if c.is_file() and sum_of(c) == digest:
            if c != target:
                shutil.copyfile(c, target.with_suffix('.part'))
                target.with_suffix('.part').rename(target)
            return True
    return False


def fetch(args):
    wanted = dict(f.split(':') for f in args.files)
    dl = os.environ.get('DL')
    for name, digest in list(wanted.items()):
        near = [args.dest / name] + ([pathlib.Path(dl, name)] if dl else [])
        near += pathlib.Path('/usr/src').glob(f'*/{name}')
        if take(args, name, digest, near):
            del wanted[name]
    if not wanted:
        return
    if dl:
        raise Problem(f'not in DL={dl}, or with another sum: {", ".join(wanted)}')
    with tempfile.TemporaryDirectory(dir=args.dest) as tmp:
        tmp = pathlib.Path(tmp)
        fetch_apt(args, tmp)
        for name, digest in wanted.items():
            found = sorted(tmp.rglob(name))
            if not take(args, name, digest, found):
                seen = ', '.join(sum_of(f) for f in found) or 'no such file'
                raise Problem(f'{name} should have sha256 {digest}, but: {seen}')


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--package', required=True)
    ap.add_argument('--version', required=True)
    ap.add_argument('--kind', choices=('source', 'binary'), required=True)
    ap.add_argument('--dest', type=pathlib.Path, required=True)
    ap.add_argument('--state', type=pathlib.Path, required=True, help="folder for apt's lists")
    ap.add_argument('files', nargs='+', help='name:sha256')
    args = ap.parse_args()
    args.dest = args.dest.resolve()
    args.state = args.state.resolve()
    args.dest.mkdir(parents=True, exist_ok=True)
    try:
        fetch(args)
    except Problem as e:
        names = ' '.join(f.split(':')[0] for f in args.files)
        print(f'cannot get Debian {args.kind} package {args.package} {args.version}: {e}\n'
              f'Is the network up, and does the archive still have this version? Otherwise put '
              f'{names}\ninto a folder and call make with DL=<folder>.', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
