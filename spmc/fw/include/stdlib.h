/* SPDX-License-Identifier: GPL-2.0-only */
/* libfdt includes it where it reads nothing from it. */
