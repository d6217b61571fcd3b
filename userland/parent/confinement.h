// SPDX-License-Identifier: GPL-2.0-only
// What the parent gives up before its first request. Its proxies do what AnT's programs ask for,
// and inherit all of this by fork(): it costs a call nothing.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "userland/common/errno.h"

namespace antlinux {

// Who the proxies are on Linux.
struct User {
    uid_t uid;
    gid_t gid;

    bool is_root() const { return uid == 0; }
};

// By the name in a file like /etc/passwd. ENOENT: there is none.
Result<User> find_user(std::string_view name, const char* file = "/etc/passwd");

// The kernel's out-of-memory killer takes the parent last of all that it may take. For root only.
Result<void> be_killed_last();

// A mount namespace that has Linux's files as they are and become, but of
//   /dev   null, zero, full, random, urandom, and the device files that belong to the user,
//   /proc  some facts about the machine, and no process,
//   /sys   a read-only view.
Result<void> hide_the_machine(const User& user);

// Becomes the user, without capabilities and without a way to get any, with limits that are enough
// for so many proxies. Root stays root, and keeps all it may do.
Result<void> become(const User& user, unsigned proxies);

} // namespace antlinux
