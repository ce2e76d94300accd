# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Brings out QEMU's ACPI tables, the instructions to link them, and the device tree. Runs in the machine.

set -e
modprobe qemu_fw_cfg
cd out
files=/sys/firmware/qemu_fw_cfg/by_name/etc
cat $files/acpi/rsdp/raw >rsdp
cat $files/acpi/tables/raw >tables
cat $files/table-loader/raw >table-loader
cat /sys/firmware/fdt >fdt
