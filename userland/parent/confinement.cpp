// SPDX-License-Identifier: GPL-2.0-only
#include "userland/parent/confinement.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <vector>

#include "userland/common/closing.h"
#include "userland/common/descriptor.h"

namespace antlinux {
namespace {

Result<void> result_of(int status) {
    if (status < 0)
        return last_errno();
    return {};
}

Result<void> mount_tmpfs(const char* where) {
    return result_of(::mount("tmpfs", where, "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64k,mode=755"));
}

Result<void> bind_mount(const std::string& from, const std::string& to) {
    return result_of(::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr));
}

Result<void> make_read_only(const char* where) {
    return result_of(::mount(nullptr, where, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr));
}

struct Node {
    std::string name;
    mode_t mode;
    dev_t device;
};

constexpr mode_t for_all = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;

// Those that harm nobody, and what the administrator has given to the user.
std::vector<Node> device_nodes(const User& user) {
    std::vector<Node> nodes{{"null", S_IFCHR | for_all, makedev(1, 3)},
                            {"zero", S_IFCHR | for_all, makedev(1, 5)},
                            {"full", S_IFCHR | for_all, makedev(1, 7)},
                            {"random", S_IFCHR | for_all, makedev(1, 8)},
                            {"urandom", S_IFCHR | for_all, makedev(1, 9)}};
    const OwnedDirectory directory(::opendir("/dev"));
    if (directory == nullptr)
        return nodes;
    while (const dirent* entry = ::readdir(directory.get())) {
        struct stat status = {};
        if (::fstatat(::dirfd(directory.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) && status.st_uid == user.uid)
            nodes.push_back({entry->d_name, status.st_mode, status.st_rdev});
    }
    return nodes;
}

Result<void> make_devices(const std::vector<Node>& nodes, const User& user) {
    for (const Node& node : nodes) {
        const std::string path = "/dev/" + node.name;
        if (::mknod(path.c_str(), node.mode, node.device) < 0 ||
            ::chown(path.c_str(), user.uid, user.gid) < 0 ||
            ::chmod(path.c_str(), node.mode & ~mode_t{S_IFMT}) < 0)
            return last_errno();
    }
    return {};
}

// Linux 3.0.8 cannot hide processes in /proc (hidepid=), so these are all that there is.
constexpr auto harmless_facts = std::to_array<const char*>(
    {"cmdline", "cpuinfo", "devices", "diskstats", "filesystems", "interrupts", "loadavg",
     "meminfo", "partitions", "stat", "uptime", "version"});

// Made aside, since what it is made of lies below /proc.
Result<void> replace_proc(const std::string& aside) {
    if (::mkdir(aside.c_str(), S_IRWXU) < 0)
        return last_errno();
    if (auto mounted = mount_tmpfs(aside.c_str()); !mounted.is_ok())
        return mounted;
    for (const std::string fact : harmless_facts) {
        const Descriptor file(
            ::open((aside + "/" + fact).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, S_IRUSR));
        if (!file.is_open())
            return last_errno();
        if (auto bound = bind_mount("/proc/" + fact, aside + "/" + fact); !bound.is_ok())
            return bound;
    }
    if (::mount(aside.c_str(), "/proc", nullptr, MS_MOVE, nullptr) < 0 ||
        ::rmdir(aside.c_str()) < 0)
        return last_errno();
    return make_read_only("/proc");
}

// One switch stays in the user's hands: the time stamps, which cost who wants them.
constexpr const char* stamps_switch = "/sys/module/antlinux/parameters/stamps";

Result<void> restrict_sys(const User& user) {
    if (::chown(stamps_switch, user.uid, user.gid) < 0)
        return last_errno();
    if (auto bound = bind_mount(stamps_switch, stamps_switch); !bound.is_ok())
        return bound;
    return make_read_only("/sys");
}

Result<void> limit(__rlimit_resource what, rlim_t most) {
    const rlimit both{most, most};
    return result_of(::setrlimit(what, &both));
}

Result<void> drop_capabilities() {
    for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
        if (::prctl(PR_CAPBSET_DROP, capability) < 0)
            return last_errno();
    return {};
}

} // namespace

Result<User> find_user(std::string_view name, const char* file) {
    const OwnedFile users(std::fopen(file, "re"));
    if (users == nullptr)
        return last_errno();
    while (const passwd* user = ::fgetpwent(users.get()))
        if (name == user->pw_name)
            return User{user->pw_uid, user->pw_gid};
    return Errno{ENOENT};
}

// One more than "never": that, Linux 3.0.8 counts for each address space, so that a proxy, which
// the driver gives another value, would inherit it for good.
Result<void> be_killed_last() {
    constexpr std::string_view score = "-999";
    const Descriptor file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
    if (!file.is_open() || ::write(file.get(), score.data(), score.size()) < 0)
        return last_errno();
    return {};
}

Result<void> hide_the_machine(const User& user) {
    const std::vector<Node> nodes = device_nodes(user);
    // What the administrator mounts from now on appears here too, but not the other way round.
    if (::unshare(CLONE_NEWNS) < 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) < 0)
        return last_errno();
    if (auto mounted = mount_tmpfs("/dev"); !mounted.is_ok())
        return mounted;
    if (auto made = make_devices(nodes, user); !made.is_ok())
        return made;
    if (auto replaced = replace_proc("/dev/proc"); !replaced.is_ok())
        return replaced;
    if (auto restricted = restrict_sys(user); !restricted.is_ok())
        return restricted;
    return make_read_only("/dev");
}

Result<void> become(const User& user, unsigned proxies) {
    // Those that have answered for the last time are still there when their successors come.
    const std::array limits{limit(RLIMIT_CORE, 0), limit(RLIMIT_NOFILE, 1024),
                            limit(RLIMIT_MEMLOCK, 0), limit(RLIMIT_NPROC, 2 * proxies + 16)};
    for (const auto& limited : limits)
        if (!limited.is_ok())
            return limited;
    if (!user.is_root()) {
        if (auto dropped = drop_capabilities(); !dropped.is_ok())
            return dropped;
        // Linux takes all capabilities from a process that stops being root.
        if (::setgroups(0, nullptr) < 0 || ::setresgid(user.gid, user.gid, user.gid) < 0 ||
            ::setresuid(user.uid, user.uid, user.uid) < 0)
            return last_errno();
    }
    // Since Linux 3.5. Without it a set-user-ID program would help nobody either: a proxy cannot
    // start one.
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 && errno != EINVAL)
        return last_errno();
    // Its memory is nobody's business: /proc/PID/mem and the like are root's.
    return result_of(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

} // namespace antlinux
