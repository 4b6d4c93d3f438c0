# SPDX-License-Identifier: MIT
"""Read a modules.list: which files an entry of the boot menu loads, and with which arguments.

Syntax, one directive per line, '#' begins a comment, '\\' continues a line:

    entry NAME                   a new entry
    kernel|sigma0|roottask FILE ARGS...
    moe SCRIPT ARGS...           same as: roottask moe rom/SCRIPT ARGS...  and  module SCRIPT
    module[OPTIONS] FILE ARGS... another file
    group NAME                   a set of modules; module-group NAME puts it into an entry or group
    default-kernel|default-sigma0|default-roottask FILE ARGS...
    include FILE                 from the folder of this file

'entry' and the file directives take options in brackets: arch=amd64|x86 and bits=64|32 (the
line counts only there), fname=NAME (called NAME on the target), glob (FILE is a pattern),
uncompress, shell (FILE ARGS is a command that prints file names). 'bootstrap', 'modaddr' and
'default-bootstrap' are understood and have no effect: the kernel does that work.
"""
import dataclasses
import gzip
import lzma
import pathlib
import re
import shlex
import subprocess

ARCHES = {'amd64': True, 'x86_64': True, 'x86': False, 'arm': False, 'arm64': False,
          'riscv': False, 'mips': False}
LINE = re.compile(r'^([\w-]+)\s*(?:\[([^\]]*)\])?\s*(.*)$')
NO_EFFECT = ('bootstrap', 'default-bootstrap', 'modaddr')
FIRST = ('kernel', 'sigma0', 'roottask')


class ListError(Exception):
    pass


@dataclasses.dataclass
class File:
    """A file to load; on the target it is called name and gets args."""
    path: str
    args: str = ''
    name: str = ''
    uncompress: bool = False

    def __post_init__(self):
        if not self.name:
            self.name = pathlib.PurePath(self.path).name
            if self.uncompress:
                self.name = re.sub(r'\.(gz|xz)$', '', self.name)

    def content(self, finder):
        path = finder.find(self.path)
        data = path.read_bytes()
        if self.uncompress:
            data = lzma.decompress(data) if path.suffix == '.xz' else gzip.decompress(data)
        return data


@dataclasses.dataclass
class Entry:
    name: str
    kernel: File = None
    sigma0: File = None
    roottask: File = None
    modules: list = dataclasses.field(default_factory=list)


class Finder:
    """Finds files along a search path; a name with a slash at its head is taken as it is."""

    def __init__(self, folders):
        self.folders = [pathlib.Path(f) for f in folders]

    def find(self, name):
        for folder in self.folders:
            path = folder / name
            if path.is_file():
                return path
        raise ListError(f'{name}: not in ' + ' '.join(str(f) for f in self.folders))

    def glob(self, pattern):
        return sorted({str(p) for f in self.folders for p in f.glob(pattern) if p.is_file()})


def logical_lines(text):
    pending, first = '', 0
    for number, line in enumerate(text.splitlines(), 1):
        line = re.sub(r'(^|\s)#.*', '', line).rstrip()
        first = first or number
        if line.endswith('\\'):
            pending += line[:-1] + ' '
            continue
        if (pending + line).strip():
            yield first, (pending + line).strip()
        pending, first = '', 0


def parse_options(text):
    options = {}
    for part in filter(None, (p.strip() for p in (text or '').split(','))):
        key, _, value = part.partition('=')
        if key not in ('arch', 'bits', 'fname', 'glob', 'uncompress', 'shell'):
            raise ListError(f'option {key} is not supported')
        options[key] = value
    return options


def applies(options):
    arch = options.get('arch')
    if arch is not None and arch not in ARCHES and '|' not in arch:
        raise ListError(f'arch={arch} is unknown')
    ok = arch is None or any(ARCHES.get(a, False) for a in arch.split('|'))
    return ok and options.get('bits', '64') == '64'


class Parser:
    def __init__(self, finder):
        self.finder = finder
        self.entries = {}
        self.groups = {}
        self.defaults = {'kernel': File('stretto.elf'), 'sigma0': File('sigma0'),
                         'roottask': File('moe', 'rom/ned')}
        self.entry = None
        self.into = None     # the list of modules that 'module' adds to; None: skip

    def read(self, path):
        path = pathlib.Path(path)
        for number, line in logical_lines(path.read_text()):
            try:
                self.directive(path, line)
            except ListError as e:
                raise ListError(f'{path}:{number}: {e}') from None

    def directive(self, path, line):
        word, opttext, rest = LINE.match(line).groups() if LINE.match(line) else (line, '', '')
        options = parse_options(opttext)
        if word == 'entry':
            self.begin_entry(rest, options)
        elif word == 'group':
            self.begin_group(rest)
        elif word == 'include':
            self.read(path.parent / rest)
        elif word in NO_EFFECT:
            pass
        elif word.removeprefix('default-') in FIRST and word != word.removeprefix('default-'):
            self.defaults[word.removeprefix('default-')] = self.one_file(rest, options)
        elif word in FIRST or word in ('moe', 'module', 'module-group'):
            if applies(options):
                self.add(word, rest, options)
        else:
            raise ListError(f'unknown directive {word}')

    def begin_entry(self, name, options):
        if not name:
            raise ListError('entry without a name')
        self.entry = Entry(name, **self.defaults)
        self.into = self.entry.modules
        if applies(options):
            if name in self.entries:
                raise ListError(f'entry {name} is there already')
            self.entries[name] = self.entry

    def begin_group(self, name):
        self.entry = None
        self.into = self.groups.setdefault(name, [])

    def add(self, word, rest, options):
        if self.into is None:
            raise ListError(f'{word} before the first entry or group')
        if word == 'module-group':
            if rest not in self.groups:
                raise ListError(f'no group {rest}')
            self.into += self.groups[rest]
        elif word == 'module':
            self.into += self.files(rest, options)
        elif self.entry is None:
            raise ListError(f'{word} in a group')
        elif word == 'moe':
            script, *args = rest.split(None, 1)
            self.entry.roottask = File('moe', ' '.join(['rom/' + script, *args]))
            self.into.append(File(script))
        else:
            setattr(self.entry, word, self.one_file(rest, options))

    def one_file(self, rest, options):
        path, *args = rest.split(None, 1)
        return File(path, args[0] if args else '', options.get('fname', ''),
                    'uncompress' in options)

    def files(self, rest, options):
        if 'shell' in options:
            out = subprocess.run(['sh', '-c', rest], capture_output=True, text=True, check=False)
            if out.returncode:
                raise ListError(f'command failed: {rest}: {out.stderr.strip()}')
            return [File(p) for p in shlex.split(out.stdout)]
        if 'glob' in options:
            pattern, *args = rest.split(None, 1)
            found = self.finder.glob(pattern)
            if not found:
                raise ListError(f'nothing matches {pattern}')
            return [File(p, args[0] if args else '') for p in found]
        return [self.one_file(rest, options)]


def load(path, finder):
    """Returns: the entries of a list by name, in order."""
    parser = Parser(finder)
    parser.read(path)
    return parser.entries
