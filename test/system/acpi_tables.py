#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Makes the machine's host boot by ACPI.

usage: acpi_tables.py DIR ADDRESS BLOB

The machine has no UEFI firmware that would hand over QEMU's ACPI tables: TF-A starts the kernel. DIR has
those tables and QEMU's instructions to link them, as a kernel that booted by device tree found them. BLOB
is to be loaded at ADDRESS: what UEFI would have left behind, then the tables. Printed are the properties
of /chosen that lead there, one a line, as fdtput takes them.
"""

import struct
import sys
import uuid

RAM = (0x40000000, 0x80000000)
SECURE = (0x4c000000, 0x08000000)  # OP-TEE's part of it: see machine/README.md
BLOB_SIZE = 0x100000

TABLES_OFFSET = 0x10000
CONVENTIONAL, ACPI_RECLAIM = 7, 9
ACPI_GUID = uuid.UUID("8868e871-e4f1-11d3-bc22-0080c73c8881")
RUNTIME_GUID = uuid.UUID("eb66918a-7eef-402a-842e-931d21c38ae9")
# Linux's own: memory that outlives a kexec, which it wants for the GIC's ITS.
MEMRESERVE_GUID = uuid.UUID("888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2")

ALLOCATE, ADD_POINTER, ADD_CHECKSUM = 1, 2, 3

FADT_ARM_BOOT_ARCH = 129
PSCI_BY_SMC = 1


def name(raw):
    return raw.split(b"\0", 1)[0].decode()


def checksum(table):
    return -sum(table) & 0xff


class Linker:
    """QEMU's table-loader: entries of 128 bytes that place files, and correct what is in them."""

    def __init__(self, directory, address):
        self.directory = directory
        self.next = address
        self.files = {}
        self.addresses = {}

    def run(self):
        with open(f"{self.directory}/table-loader", "rb") as loader:
            while entry := loader.read(128):
                (command,) = struct.unpack_from("<I", entry)
                if command == ALLOCATE:
                    self.allocate(*struct.unpack_from("<56sI", entry, 4))
                elif command == ADD_POINTER:
                    self.add_pointer(*struct.unpack_from("<56s56sIB", entry, 4))
                elif command == ADD_CHECKSUM:
                    self.add_checksum(*struct.unpack_from("<56sIII", entry, 4))
                elif command:
                    sys.exit(f"table-loader has command {command}, which is not known here")

    def allocate(self, file, alignment):
        with open(f"{self.directory}/{name(file).rsplit('/', 1)[-1]}", "rb") as content:
            self.files[file] = bytearray(content.read())
        self.next = -(-self.next // alignment) * alignment
        self.addresses[file] = self.next
        self.next += len(self.files[file])

    def add_pointer(self, file, target, offset, size):
        field = slice(offset, offset + size)
        value = int.from_bytes(self.files[file][field], "little") + self.addresses[target]
        self.files[file][field] = value.to_bytes(size, "little")

    def add_checksum(self, file, offset, start, length):
        content = self.files[file]
        content[offset] = checksum(content[start:start + length])

    def put_into(self, blob, address):
        for file, content in self.files.items():
            offset = self.addresses[file] - address
            blob[offset:offset + len(content)] = content

    def address_of(self, wanted):
        return next(a for file, a in self.addresses.items() if name(file).endswith(wanted))


def tell_of_psci(blob):
    """QEMU's FADT has no PSCI when there is a secure world, whose PSCI it is."""
    fadt = blob.index(b"FACP", TABLES_OFFSET)
    (length,) = struct.unpack_from("<I", blob, fadt + 4)
    struct.pack_into("<H", blob, fadt + FADT_ARM_BOOT_ARCH, PSCI_BY_SMC)
    blob[fadt + 9] = 0
    blob[fadt + 9] = checksum(blob[fadt:fadt + length])


def memory_map(address):
    def entry(kind, start, end):
        return struct.pack("<IIQQQQ", kind, 0, start, 0, (end - start) >> 12, 0xf)

    ram_end = RAM[0] + RAM[1]
    return (entry(CONVENTIONAL, RAM[0], address) +
            entry(ACPI_RECLAIM, address, address + BLOB_SIZE) +
            entry(CONVENTIONAL, address + BLOB_SIZE, SECURE[0]) +
            entry(CONVENTIONAL, SECURE[0] + SECURE[1], ram_end))


def put_uefi(blob, address, rsdp):
    vendor, tables, runtime, memreserve, where = 0x100, 0x200, 0x300, 0x340, 0x400
    entries = memory_map(address)
    blob[vendor:vendor + 16] = "machine\0".encode("utf-16-le")
    blob[tables:tables + 72] = b"".join(
        guid.bytes_le + struct.pack("<Q", table)
        for guid, table in ((ACPI_GUID, rsdp), (RUNTIME_GUID, address + runtime),
                            (MEMRESERVE_GUID, address + memreserve)))
    blob[runtime:runtime + 8] = struct.pack("<HHI", 1, 8, 0)
    blob[where:where + len(entries)] = entries
    blob[0:120] = struct.pack("<8sIIIIQII8QQQ", b"IBI SYST", 2 << 16 | 80, 120, 0, 0,
                              address + vendor, 0, 0, *[0] * 8, 3, address + tables)
    for key, value in (("system-table", address), ("mmap-start", address + where)):
        print(f"linux,uefi-{key} {value >> 32} {value & 0xffffffff}")
    for key, value in (("mmap-size", len(entries)), ("mmap-desc-size", 40), ("mmap-desc-ver", 1),
                       ("secure-boot", 2)):
        print(f"linux,uefi-{key} {value}")


def main():
    directory, address, path = sys.argv[1], int(sys.argv[2], 0), sys.argv[3]
    blob = bytearray(BLOB_SIZE)
    linker = Linker(directory, address + TABLES_OFFSET)
    linker.run()
    linker.put_into(blob, address)
    tell_of_psci(blob)
    if len(blob) != BLOB_SIZE:
        sys.exit("the tables are larger than expected")
    put_uefi(blob, address, linker.address_of("rsdp"))
    with open(path, "wb") as file:
        file.write(blob)


main()
