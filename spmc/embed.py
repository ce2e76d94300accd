#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: embed.py OUT.c DTB...

Writes C source that defines spmc_manifests[]: the device trees given, in that order.
"""

import pathlib
import sys


def array(index, data):
    lines = [", ".join(f"0x{b:02x}" for b in data[i:i + 12]) for i in range(0, len(data), 12)]
    return (f"static const unsigned char dtb_{index}[] __attribute__((aligned(8))) = {{\n\t"
            + ",\n\t".join(lines) + ",\n};\n")


def main():
    blobs = [pathlib.Path(name).read_bytes() for name in sys.argv[2:]]
    parts = ['#include "spmc.h"\n']
    parts += [array(i, data) for i, data in enumerate(blobs)]
    entries = "".join(f"\t{{ dtb_{i}, sizeof(dtb_{i}) }},\n" for i in range(len(blobs)))
    parts.append(f"const struct spmc_manifest spmc_manifests[] = {{\n{entries}}};\n")
    parts.append(f"const unsigned int spmc_nr_manifests = {len(blobs)};\n")
    pathlib.Path(sys.argv[1]).write_text("\n".join(parts))


main()
