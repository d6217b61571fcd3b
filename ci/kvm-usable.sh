#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Can tests be run on KVM here? Status 0: yes; 1: no. Says why. A probe guest
# tells, as for a user: /dev/kvm alone is no proof.
set -euo pipefail
CDPATH='' cd "$(dirname "$0")/.."

images/packages.sh build run test
# It ends with 1 when anything is amiss; here one of its checks counts.
told=$(./antbed doctor --json) || true
accelerator=$(/usr/bin/python3 -c '
import json, sys
checks = json.load(sys.stdin)["checks"]
print(next(one["text"] for one in checks if one["check"] == "accelerator"))
' <<<"$told")
echo "accelerator: $accelerator"
[[ $accelerator == kvm:* ]]
