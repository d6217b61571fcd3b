#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shared.sh OBJDUMP KERNEL: prints, for the linker, the addresses of what the m-kernel shares with the
# p-kernel: all that lies in its section .shared.
set -eu
"$1" --syms "$2" | awk 'NF > 4 && $(NF - 2) == ".shared" && $2 == "g" { printf "%s = 0x%s;\n", $NF, $1 }'
