#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""usage: json_test.py PROGRAM

What vffactl --json prints is JSON, and says what it was given, whatever that was.
"""

import json
import subprocess
import sys

text = subprocess.run([sys.argv[1]], check=True, capture_output=True).stdout
status, part, vm, held, empty = json.loads(text.decode("ascii"))

assert status["ffa_version"] == "1.2" and status["spmc_version"] == "1.1", status
assert status["offers"] == ["spm-id-get", "direct-req", "direct-req-64", "direct-req2", "info-regs",
                            "share", "lend", "donate", "notifications", "indirect", "retrieve", "look-up"], status
assert status["quirks"] == ["vm-slots", "lend-tag"], status
assert status["pages"] == 2**64 - 1, status
assert part["id"] == 0x8001 and "vm-created" in part["properties"], part
assert vm["comm"] == "a\"b\\c\n\x1b[31m\xff", vm
assert vm["pages"] == 32 and vm["max_pages"] == 64, vm
assert vm["handles"] == 5 and vm["max_handles"] == 6, vm
assert vm["fragmented"] == 1 and vm["max_fragmented"] == 2, vm
assert [vm[n] for n in ("inside", "active", "stopped", "parked")] == [3, 1, 8, 2], vm
assert vm["sees"] == [127], vm
assert vm["calls"]["ID_GET"] == {"calls": 2**64 - 1, "failed": 0}, vm
assert vm["calls"]["0x90"] == {"calls": 2, "failed": 2}, vm
assert vm["errors"] == {"INVALID_PARAMETERS": 2}, vm
assert held == {"id": 7, **vm["quarantine"]} and held["tries"] == 3 and held["seconds"] == 5, held
assert held["handles"] == 4 and held["notifications"] is True, held
assert vm["closed"] is False and vm["bound"] is False and vm["host"] is True, vm
assert empty == [], empty
