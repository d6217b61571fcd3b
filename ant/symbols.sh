#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# symbols.sh NM [KERNEL]: prints the symbol table of a linked kernel as assembly, for backtraces.
# Without a kernel the table is empty: for the first of the two links.
set -eu
nm=$1
printf '\t.section .symbols, "a"\n\t.balign 4\n\t.globl symbol_table\nsymbol_table:\n'
if [ $# -gt 1 ]; then
	"$nm" --numeric-sort --demangle --defined-only "$2"
fi | awk '
	$2 ~ /^[tTwW]$/ {
		address = $1
		$1 = $2 = ""
		sub(/^ +/, "")
		gsub(/\\/, "\\\\")
		gsub(/"/, "\\\"")
		printf "\t.long 0x%s, name%d\n", address, count
		names[count++] = $0
	}
	END {
		printf "\t.globl symbol_count\nsymbol_count:\n\t.long %d\n", count
		for (i = 0; i < count; i++)
			printf "name%d:\t.asciz \"%s\"\n", i, names[i]
		print "\t.section .note.GNU-stack, \"\", @progbits"
	}'
