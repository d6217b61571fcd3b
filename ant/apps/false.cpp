// SPDX-License-Identifier: GPL-2.0-only
// false: does nothing, without success.

int main() { return 1; }
