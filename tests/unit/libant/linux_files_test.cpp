// SPDX-License-Identifier: GPL-2.0-only
// File calls on one LCA, against the host's own files.
#include "fake_kernel.h"

#include <algorithm>
#include <ant/lib/errno.h>
#include <ant/lib/fcntl.h>
#include <ant/lib/linux_files.h>
#include <ant/lib/stdlib.h>
#include <sys/syscall.h>

using ant::Descriptor;
using ant::In;
using ant::LinuxFiles;
using ant::LinuxNumber;
using ant::Out;
using ant::Path;

namespace {

constexpr size_t bounce = LinuxFiles::bounce_bytes;

// Around a page, around the bounce buffer, and several of it.
const size_t lengths[] = {0,
                          1,
                          4095,
                          4096,
                          4097,
                          bounce - 1,
                          bounce,
                          bounce + 1,
                          2 * bounce - 1,
                          2 * bounce,
                          3 * bounce + 4097};

} // namespace

class LinuxFilesTest : public LibantTest {
protected:
    int open(const std::string& file, int flags) {
        const int64_t result = files.open(file.c_str(), flags, 0644);
        EXPECT_GE(result, 0);
        return static_cast<int>(result);
    }

    /// The calls with that number, as Linux saw them.
    std::vector<FakeKernel::LinuxRecord> calls(unsigned number) {
        std::vector<FakeKernel::LinuxRecord> found;
        std::copy_if(kernel.linux_calls.begin(), kernel.linux_calls.end(),
                     std::back_inserter(found),
                     [&](const auto& record) { return record.lca.syscallno == number; });
        return found;
    }

    LinuxFiles files;
};

TEST_F(LinuxFilesTest, ReadsAnyLengthIntoPrivateMemory) {
    const std::string content = test_bytes(3 * bounce + 4097);
    const std::string file = make_file("f", content);
    for (const size_t length : lengths) {
        const int descriptor = open(file, O_RDONLY);
        std::string data(length + 2, '#');
        kernel.linux_calls.clear();
        ASSERT_EQ(files.read(descriptor, data.data() + 1, length), static_cast<int64_t>(length));
        EXPECT_EQ(data, "#" + content.substr(0, length) + "#") << length;
        const size_t expected = std::max<size_t>(1, (length + bounce - 1) / bounce);
        EXPECT_EQ(calls(SYS_read).size(), expected) << length;
        EXPECT_EQ(files.lseek(descriptor, 0, SEEK_CUR), static_cast<int64_t>(length));
        EXPECT_EQ(files.close(descriptor), 0);
    }
}

TEST_F(LinuxFilesTest, StatLiesBehindThePath) {
    const std::string file = make_file("f", "12345");
    const std::string longest = path(std::string(4095 - path("f").size(), '/') + "f");
    ASSERT_EQ(longest.size(), 4095u);
    antlinux_stat status = {};
    const int descriptor = open(file, O_RDONLY);
    EXPECT_EQ(files.stat(file.c_str(), status), 0);
    EXPECT_EQ(files.fstat(descriptor, status), 0);
    for (const unsigned number : {unsigned{SYS_stat}, unsigned{SYS_fstat}}) {
        const auto record = calls(number).back();
        const uint64_t end = record.lca.args[1] + sizeof(status);
        EXPECT_LE(end, record.lca_address + ANTLINUX_PAGE_SIZE) << "no page but the LCA's";
    }
    status = {};
    EXPECT_EQ(files.stat(longest.c_str(), status), 0);
    EXPECT_EQ(status.size, 5u);
}

TEST_F(LinuxFilesTest, WritesAnyLengthFromPrivateMemory) {
    for (const size_t length : lengths) {
        const std::string content = test_bytes(length, 3);
        const std::string file = path("w");
        const int descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC);
        EXPECT_EQ(files.write(descriptor, content.data(), length), static_cast<int64_t>(length));
        EXPECT_EQ(files.close(descriptor), 0);
        EXPECT_EQ(content_of(file), content) << length;
    }
}

TEST_F(LinuxFilesTest, AShortReadEndsTheTransfer) {
    const std::string content = test_bytes(bounce + 100);
    const int descriptor = open(make_file("f", content), O_RDONLY);
    std::string data(3 * bounce, '#');
    EXPECT_EQ(files.read(descriptor, data.data(), data.size()), static_cast<int64_t>(bounce + 100));
    EXPECT_EQ(data.substr(0, content.size()), content);
    EXPECT_EQ(data.substr(content.size()), std::string(data.size() - content.size(), '#'));
    EXPECT_EQ(calls(SYS_read).size(), 2u) << "a short count ends it without one more call";
    EXPECT_EQ(files.read(descriptor, data.data(), data.size()), 0);
}

TEST_F(LinuxFilesTest, AnErrorAfterSomeBytesComesWithTheNextCall) {
    std::string data(2 * bounce, '#');
    int number = 0;
    kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
        return number++ == 0 ? static_cast<int64_t>(lca.args[2]) : -EIO;
    };
    EXPECT_EQ(files.read(5, data.data(), data.size()), static_cast<int64_t>(bounce));
    EXPECT_EQ(files.read(5, data.data(), data.size()), -EIO);
}

TEST_F(LinuxFilesTest, AShortWriteTellsHowMuch) {
    const std::string data = test_bytes(2 * bounce);
    kernel.linux_answer = [&](const antlinux_lca&) -> std::optional<int64_t> { return 17; };
    EXPECT_EQ(files.write(5, data.data(), data.size()), 17);
    EXPECT_EQ(kernel.linux_calls.size(), 1u);
}

TEST_F(LinuxFilesTest, ACountBeyondTheRequestIsNotBelieved) {
    std::string data(100, '#');
    kernel.linux_answer = [&](const antlinux_lca&) -> std::optional<int64_t> { return 101; };
    EXPECT_EQ(files.read(5, data.data(), data.size()), -EIO);
    EXPECT_EQ(data, std::string(100, '#'));
}

TEST_F(LinuxFilesTest, IcaMemoryGoesAsItIs) {
    const std::string content = test_bytes(2 * bounce);
    const std::string file = make_file("f", content);
    auto* data = static_cast<char*>(ant::ica_alloc(2 * bounce + 1));
    ASSERT_NE(data, nullptr);
    const int descriptor = open(file, O_RDONLY);
    EXPECT_EQ(files.read(descriptor, data + 1, 2 * bounce), static_cast<int64_t>(2 * bounce));
    EXPECT_EQ(std::string(data + 1, 2 * bounce), content);
    const auto reads = calls(SYS_read);
    ASSERT_EQ(reads.size(), 1u);
    EXPECT_EQ(reads[0].lca.args[1], ant::address_of(data + 1));
    EXPECT_EQ(reads[0].lca.args[2], 2 * bounce);

    const std::string copy = path("copy");
    const int target = open(copy, O_WRONLY | O_CREAT);
    EXPECT_EQ(files.write(target, data + 1, 2 * bounce), static_cast<int64_t>(2 * bounce));
    EXPECT_EQ(calls(SYS_write)[0].lca.args[1], ant::address_of(data + 1));
    EXPECT_EQ(content_of(copy), content);
    EXPECT_EQ(ant::ica_free(data), 0);
}

TEST_F(LinuxFilesTest, OffsetsBeyond4GiB) {
    const std::string file = path("sparse");
    const int descriptor = open(file, O_RDWR | O_CREAT);
    const int64_t offset = INT64_C(5'000'000'000);
    EXPECT_EQ(files.lseek(descriptor, offset, SEEK_SET), offset);
    EXPECT_EQ(files.write(descriptor, "xyz", 3), 3);
    EXPECT_EQ(files.lseek(descriptor, -2, SEEK_CUR), offset + 1);
    char data[10] = {};
    EXPECT_EQ(files.read(descriptor, data, sizeof(data)), 2);
    EXPECT_STREQ(data, "yz");
    antlinux_stat s = {};
    EXPECT_EQ(files.fstat(descriptor, s), 0);
    EXPECT_EQ(s.size, 5'000'000'003u);
    EXPECT_EQ(files.stat(file.c_str(), s), 0);
    EXPECT_EQ(s.size, 5'000'000'003u);
    EXPECT_EQ(files.lseek(descriptor, -5'000'000'004, SEEK_CUR), -EINVAL);
}

TEST_F(LinuxFilesTest, ErrorsAreLinuxsOwn) {
    antlinux_stat s = {};
    char byte = 0;
    EXPECT_EQ(files.open(path("missing").c_str(), O_RDONLY, 0), -ENOENT);
    EXPECT_EQ(files.stat(path("missing").c_str(), s), -ENOENT);
    EXPECT_EQ(files.stat("", s), -ENOENT);
    EXPECT_EQ(files.close(77), -EBADF);
    EXPECT_EQ(files.read(-1, &byte, 1), -EBADF);
    EXPECT_EQ(files.read(-1, &byte, 0), -EBADF) << "no bytes are a call, too";
    EXPECT_EQ(files.read(5, nullptr, 1), -EFAULT);
    EXPECT_EQ(files.write(5, nullptr, 1), -EFAULT);
    EXPECT_EQ(files.lca().call(static_cast<ant::LinuxNumber>(9999), ant::Continue::on, {}),
              -ENOSYS);
}

TEST_F(LinuxFilesTest, PathsUpToLinuxsLimit) {
    antlinux_stat s = {};
    const std::string longest = "/" + std::string(4094, '/');
    EXPECT_EQ(files.stat(longest.c_str(), s), 0);
    EXPECT_TRUE(S_ISDIR(s.mode));
    const std::string too_long = longest + "/";
    EXPECT_EQ(files.stat(too_long.c_str(), s), -ENAMETOOLONG);
    EXPECT_EQ(files.open(too_long.c_str(), O_RDONLY, 0), -ENAMETOOLONG);
}

TEST_F(LinuxFilesTest, TwoPathsMayBothBeTheLongest) {
    const std::string start = path("d");
    std::string from = start;
    while (from.size() < 4000)
        from += "/.";
    const std::string to = from.substr(0, from.size() - 1) + "/../e";
    ASSERT_EQ(files.make(LinuxNumber::mkdir, {Path{start.c_str()}, 0700}), 0);
    EXPECT_EQ(files.make(LinuxNumber::rename, {Path{from.c_str()}, Path{to.c_str()}}), -EBUSY);
    const std::string file = make_file("f", "x");
    EXPECT_EQ(files.make(LinuxNumber::link, {Path{file.c_str()}, Path{to.c_str()}}), 0);
    EXPECT_EQ(content_of(path("e")), "x");
}

TEST_F(LinuxFilesTest, AnyCallHasTheArgumentsOfLinuxsManualPage) {
    const uint64_t numbers[] = {1, UINT64_MAX};
    const std::string written = test_bytes(300);
    kernel.linux_answer = [&](const antlinux_lca& lca) -> std::optional<int64_t> {
        const auto at = [&](size_t i) { return reinterpret_cast<char*>(lca.args[i]); };
        EXPECT_EQ(lca.syscallno, static_cast<unsigned>(LinuxNumber::utimensat));
        EXPECT_EQ(static_cast<int64_t>(lca.args[0]), -100);
        EXPECT_STREQ(at(1), "a path");
        EXPECT_EQ(lca.args[2] % 8, 0u);
        EXPECT_EQ(memcmp(at(2), numbers, sizeof(numbers)), 0);
        EXPECT_EQ(lca.args[3], 0u) << "nullptr";
        EXPECT_EQ(static_cast<int64_t>(lca.args[4]), -1);
        memcpy(at(5), written.data(), 300);
        return 300;
    };
    std::string text(400, '#');
    const auto make = [&](size_t bytes) {
        return files.make(LinuxNumber::utimensat,
                          {Descriptor{-100}, Path{"a path"}, In{numbers, sizeof(numbers)},
                           In{nullptr, 0}, -1, Out{text.data(), bytes}});
    };
    EXPECT_EQ(make(400), 300);
    EXPECT_EQ(text, written + std::string(100, '#')) << "as much as the result says";
    EXPECT_EQ(make(299), -EIO) << "more than asked for";
    EXPECT_EQ(make(bounce + 1), -ENOMEM);
    EXPECT_EQ(files.make(LinuxNumber::access, {Path{nullptr}, 0}), -EFAULT);
    EXPECT_EQ(files.make(LinuxNumber::utimensat, {Descriptor{-100}, 0, In{nullptr, 32}}), -EFAULT);
}

TEST_F(LinuxFilesTest, WithoutContinueEachCallHasItsProxy) {
    files.set_continue(ant::Continue::off);
    const int64_t first = files.getpid();
    EXPECT_GT(first, 0);
    EXPECT_NE(files.getpid(), first);
    EXPECT_EQ(files.null(), 0);
    EXPECT_FALSE(kernel.has_proxy(files.lca().block()));
}

TEST_F(LinuxFilesTest, ALongTransferKeepsItsProxyToItsEndOnly) {
    std::string data(3 * bounce, '#');
    const std::string content = test_bytes(2 * bounce + 5);
    for (const size_t size : {content.size(), 2 * bounce, bounce + 5}) {
        const int descriptor = open(make_file("f", content.substr(0, size)), O_RDONLY);
        files.set_continue(ant::Continue::off);
        EXPECT_EQ(files.read(descriptor, data.data(), data.size()), static_cast<int64_t>(size));
        EXPECT_EQ(data.substr(0, size), content.substr(0, size));
        EXPECT_FALSE(kernel.has_proxy(files.lca().block()));
        files.set_continue(ant::Continue::on);
    }
}

TEST_F(LinuxFilesTest, WithoutIca) {
    kernel.ica_limit = 0;
    char byte = 0;
    EXPECT_EQ(files.read(3, &byte, 1), -ENOMEM);
    EXPECT_EQ(files.open("/", O_RDONLY, 0), -ENOMEM);
    kernel.ica_limit = kernel.ica_bytes() + 8192; // the LCA, but no bounce buffer
    EXPECT_GT(files.getpid(), 0);
    EXPECT_EQ(files.read(3, &byte, 1), -ENOMEM);
}

TEST_F(LinuxFilesTest, AnotherObjectIsAnotherProxy) {
    LinuxFiles other;
    EXPECT_NE(files.getpid(), other.getpid());
    const int descriptor = open(make_file("f", "x"), O_RDONLY);
    EXPECT_EQ(other.close(descriptor), -EBADF);
    EXPECT_EQ(files.close(descriptor), 0);
}

// A proxy's death: what its descriptors mean afterwards.
class DeadProxyTest : public LinuxFilesTest {
protected:
    int64_t put(int descriptor, const std::string& text) {
        return files.write(descriptor, text.data(), text.size());
    }
    const std::string a = make_file("a", "");
    const std::string b = make_file("b", "");
};

TEST_F(DeadProxyTest, ADescriptorNeverMeansAnotherFile) {
    const int old = open(a, O_RDWR);
    kernel.kill_proxies();
    const int fresh = open(b, O_RDWR);
    EXPECT_NE(fresh, old) << "the number is not free yet";
    EXPECT_EQ(put(old, "for a"), -EOWNERDEAD);
    EXPECT_EQ(put(fresh, "for b"), 5);
    EXPECT_EQ(content_of(b), "for b");
    EXPECT_EQ(content_of(a), "");
    EXPECT_EQ(put(old, "for a"), -EOWNERDEAD) << "until it is closed";
    EXPECT_EQ(files.close(old), 0);
    EXPECT_EQ(files.close(old), -EBADF);
    EXPECT_EQ(open(a, O_RDWR), old) << "now it is free";
    EXPECT_EQ(files.close(fresh), 0);
}

TEST_F(DeadProxyTest, EachCallAboutADeadDescriptorSaysSo) {
    const int first = open(a, O_RDWR);
    const int second = open(b, O_RDWR);
    kernel.kill_proxies();
    char byte = 0;
    antlinux_stat status{};
    EXPECT_EQ(files.read(first, &byte, 1), -EOWNERDEAD);
    EXPECT_EQ(files.pread(second, &byte, 1, 0), -EOWNERDEAD);
    EXPECT_EQ(files.lseek(second, 0, SEEK_SET), -EOWNERDEAD);
    EXPECT_EQ(files.fstat(first, status), -EOWNERDEAD);
    EXPECT_EQ(files.dup(first), -EOWNERDEAD);
    EXPECT_EQ(files.getdents64(first, &byte, 1), -EOWNERDEAD);
    EXPECT_EQ(files.make(LinuxNumber::fsync, {Descriptor{second}}), -EOWNERDEAD);
    EXPECT_EQ(kernel.has_proxy(files.lca().block()), false) << "none is needed to know that";
    EXPECT_EQ(files.lseek(77, 0, SEEK_SET), -EBADF) << "was never open";
}

TEST_F(DeadProxyTest, CallsAboutPathsDoNotNotice) {
    for (int round = 0; round < 2; ++round) {
        open(a, O_RDWR);
        kernel.kill_proxies();
        antlinux_stat status{};
        EXPECT_EQ(round == 0 ? files.stat(b.c_str(), status)
                             : files.make(LinuxNumber::access, {Path{b.c_str()}}),
                  0);
    }
    kernel.kill_proxies();
    EXPECT_EQ(files.make(LinuxNumber::rename, {Path{a.c_str()}, Path{b.c_str()}}), 0);
    kernel.kill_proxies();
    EXPECT_EQ(files.null(), 0);
}

TEST_F(DeadProxyTest, ACallDuringWhichTheProxyDiesIsNotRepeated) {
    const int old = open(a, O_RDWR);
    kernel.proxy_dies = true;
    EXPECT_EQ(files.make(LinuxNumber::unlink, {Path{b.c_str()}}), -EOWNERDEAD);
    EXPECT_EQ(content_of(b), "");
    EXPECT_EQ(put(old, "x"), -EOWNERDEAD);
    const int fresh = open(b, O_RDWR);
    EXPECT_NE(fresh, old);
    kernel.proxy_dies = true;
    EXPECT_EQ(put(fresh, "x"), -EOWNERDEAD);
    EXPECT_EQ(put(fresh, "x"), -EOWNERDEAD);
    EXPECT_EQ(files.close(fresh), 0);
}

TEST_F(DeadProxyTest, ManyDeathsInARow) {
    std::vector<int> dead;
    for (int round = 0; round < 5; ++round) {
        dead.push_back(open(a, O_RDWR));
        EXPECT_EQ(std::ranges::count(dead, dead.back()), 1);
        dead.push_back(static_cast<int>(files.dup(dead.back())));
        EXPECT_EQ(std::ranges::count(dead, dead.back()), 1);
        kernel.kill_proxies();
    }
    for (const int descriptor : dead)
        EXPECT_EQ(put(descriptor, "x"), -EOWNERDEAD);
    for (const int descriptor : dead)
        EXPECT_EQ(files.close(descriptor), 0);
    EXPECT_EQ(open(a, O_RDWR), dead.front());
}
