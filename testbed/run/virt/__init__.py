# SPDX-License-Identifier: GPL-2.0-only
"""The libvirt back end: the same machine as a domain of libvirt's."""
