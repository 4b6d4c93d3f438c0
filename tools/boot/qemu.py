#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Boot an image in QEMU with the serial line on this terminal (Ctrl-A X leaves).

The exit code is the guest's: what it writes to the exit port, c, reaches us as (c << 1) | 1.
"""
import argparse
import pathlib
import subprocess
import sys

MACHINES = pathlib.Path('conf/machine')
OVMF = ('/usr/share/ovmf/OVMF.fd', '/usr/share/qemu/OVMF.fd', '/usr/share/OVMF/OVMF_CODE.fd')
EXIT_PORT = 'isa-debug-exit,iobase=0x501,iosize=2'
CRASHED = 127


def machine_read(name):
    """One file of conf/machine: lines 'key value', '#' begins a comment."""
    path = MACHINES / name
    if not path.is_file():
        known = ' '.join(sorted(p.name for p in MACHINES.iterdir()))
        raise SystemExit(f'no machine {name} in {MACHINES}; there are: {known}')
    table = {'qemu': 'qemu-system-x86_64', 'options': '', 'firmware': 'bios', 'slowness': '1'}
    for line in path.read_text().splitlines():
        key, _, value = line.split('#')[0].strip().partition(' ')
        if key and key not in table:
            raise SystemExit(f'{path}: unknown key {key}')
        if key:
            table[key] = value.strip()
    return table


def command(machine, image, cpus=1):
    """QEMU's command line without the console."""
    cmd = [machine['qemu'], *machine['options'].split(), '-smp', str(cpus), '-cdrom', str(image),
           '-boot', 'd', '-nic', 'none', '-display', 'none', '-no-reboot', '-device', EXIT_PORT]
    if machine['firmware'] == 'uefi':
        firmware = next((f for f in OVMF if pathlib.Path(f).exists()), None)
        if not firmware:
            raise SystemExit('no UEFI firmware on this machine (package ovmf)')
        cmd += ['-bios', firmware]
    return cmd


def guest_code(status):
    """The guest's exit code from QEMU's: odd means the exit port, 0 a power-off."""
    if status is None or status < 0:
        return CRASHED
    return status >> 1 if status & 1 else status


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument('--machine', default='qemu-x86_64')
    ap.add_argument('--cpus', type=int, default=1)
    ap.add_argument('--gdb', metavar='ELF', help='wait for a debugger, which reads this file')
    ap.add_argument('image')
    args = ap.parse_args()
    cmd = command(machine_read(args.machine), args.image, args.cpus)
    cmd += ['-serial', 'mon:stdio']
    if args.gdb:
        cmd += ['-s', '-S']
        print(f"waiting for:  gdb {args.gdb} -ex 'target remote :1234'", flush=True)
    try:
        return guest_code(subprocess.run(cmd, check=False).returncode)
    except KeyboardInterrupt:
        return 130


if __name__ == '__main__':
    sys.exit(main())
