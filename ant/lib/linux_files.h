// SPDX-License-Identifier: GPL-2.0-only
// Linux's file calls on one LCA: what is private is copied through the ICA, what
// lies in the ICA already is handed over as it is.
#ifndef ANT_LIB_LINUX_FILES_H
#define ANT_LIB_LINUX_FILES_H

#include <ant/lib/descriptor_set.h>
#include <ant/lib/linux_call.h>
#include <concepts>

namespace ant {

// What an argument of a call is, if not a number: it goes through the ICA.
struct Descriptor { ///< of an open file
    int number;
};
struct Path { ///< a string
    const char* text;
};
struct In { ///< bytes that Linux reads
    const void* data;
    size_t bytes;
};
struct Out { ///< bytes that Linux writes, as many as the call's result says
    void* data;
    size_t bytes;
};

/// One of these or a number, which is sign extended.
struct CallArgument {
    enum class Kind : uint8_t { number, file, path, in, out };

    template<std::integral Integer>
    constexpr CallArgument(Integer value) : number(static_cast<uint64_t>(int64_t(value))) {}
    constexpr CallArgument(Descriptor file)
        : kind(Kind::file), number(static_cast<uint64_t>(int64_t{file.number})) {}
    constexpr CallArgument(Path path) : kind(Kind::path), from(path.text) {}
    constexpr CallArgument(In in) : kind(Kind::in), from(in.data), bytes(in.bytes) {}
    constexpr CallArgument(Out out) : kind(Kind::out), into(out.data), bytes(out.bytes) {}

    Kind kind = Kind::number;
    uint64_t number = 0;
    const void* from = nullptr;
    void* into = nullptr;
    size_t bytes = 0;
};

/// The open files of one proxy process. All functions return Linux's result (>= 0)
/// or minus an errno: Linux's own, or AnT's when the call failed on the way
/// (ENXIO no Linux, ENOMEM no ICA). File descriptors are Linux's.
///
/// When the proxy dies, its files are closed. Each descriptor of them answers EOWNERDEAD until it
/// is closed, and a new file does not get its number before. The call during which it died answers
/// EOWNERDEAD, too: Linux may have done it or not.
class LinuxFiles {
public:
    /// Bytes of the ICA buffer through which private memory is copied.
    static constexpr size_t bounce_bytes = size_t{256} * 1024;
    /// The most bytes one read or write transfers, as on Linux.
    static constexpr size_t max_transfer = 0x7ffff000;

    constexpr LinuxFiles() = default;
    LinuxFiles(const LinuxFiles&) = delete;
    LinuxFiles& operator=(const LinuxFiles&) = delete;
    constexpr ~LinuxFiles() {
        if (bounce_ != nullptr)
            release_bounce();
    }

    /// The continue flag of the calls from now on; `on` at first.
    void set_continue(Continue continues) {
        continues_ = continues;
        if (continues == Continue::off)
            open_ = {}; // they close with each call
    }
    [[nodiscard]] Continue continues() const { return continues_; }

    [[nodiscard]] int64_t open(const char* path, int flags, unsigned mode);
    [[nodiscard]] int64_t close(int descriptor);
    /// Any length, private or ICA memory. Private memory longer than the bounce
    /// buffer takes several Linux calls; a short one ends the transfer, and an
    /// error after some bytes is reported by the next call, as POSIX has it.
    [[nodiscard]] int64_t read(int descriptor, void* data, size_t length);
    [[nodiscard]] int64_t write(int descriptor, const void* data, size_t length);
    /// The same from an offset in bytes; the file's own offset stays.
    [[nodiscard]] int64_t pread(int descriptor, void* data, size_t length, int64_t offset);
    [[nodiscard]] int64_t pwrite(int descriptor, const void* data, size_t length, int64_t offset);
    [[nodiscard]] int64_t stat(const char* path, antlinux_stat& result);
    [[nodiscard]] int64_t lstat(const char* path, antlinux_stat& result);
    [[nodiscard]] int64_t fstat(int descriptor, antlinux_stat& result);
    /// The new offset in bytes from the start of the file.
    [[nodiscard]] int64_t lseek(int descriptor, int64_t offset, int whence);
    /// Fills `buffer` with struct linux_dirent64; returns its bytes, 0 at the end.
    [[nodiscard]] int64_t getdents64(int descriptor, void* buffer, size_t length);
    [[nodiscard]] int64_t dup(int descriptor);
    /// Any other call, with the arguments of Linux's manual page. What one points to may have up to
    /// bounce_bytes bytes (ENOMEM: all together more); nullptr with 0 bytes stays nullptr.
    [[nodiscard]] int64_t make(LinuxNumber number, std::initializer_list<CallArgument> arguments);
    [[nodiscard]] int64_t getpid();
    /// The paper's null call: all of the way, no work.
    [[nodiscard]] int64_t null();

    /// The LCA, for calls that have no function here.
    [[nodiscard]] LinuxCall& lca() { return call_; }

private:
    /// A read or write of any kind: one of `into` and `from` is the caller's memory.
    struct Transfer {
        LinuxNumber number;
        int descriptor;
        std::byte* into;
        const std::byte* from;
        size_t length;
        int64_t offset; // in the file; below 0: the call has none
    };
    /// A call about no descriptor.
    int64_t call(LinuxNumber number, std::initializer_list<uint64_t> arguments);
    /// A call about `descriptor`, which stands among the arguments.
    int64_t call_on(int descriptor, LinuxNumber number, Continue continues,
                    std::initializer_list<uint64_t> arguments);
    void proxy_died();
    /// What open() or dup() has made, under a number that is free here, too.
    int64_t opened(int64_t descriptor);
    int64_t put_path(const char* path);
    /// Space in the payload, or behind it in the bounce buffer; nullptr: there is none. `used`
    /// bytes of both are taken.
    std::byte* find_space(size_t bytes, size_t& used);
    /// Copies what the argument points to into the ICA, if it is Linux's to read; where it lies.
    /// Or minus an errno, or 0 for nullptr.
    int64_t put(const CallArgument& argument, size_t& used);
    int64_t path_stat(LinuxNumber number, const char* path, antlinux_stat& result);
    /// Behind a path that takes so much of the payload. The LCA is prepared.
    [[nodiscard]] const std::byte* stat_place(size_t path_end) const;
    int64_t prepare_bounce();
    int64_t bounce(const Transfer& transfer);
    int64_t transfer(const Transfer& transfer);
    void release_bounce();

    LinuxCall call_;
    Continue continues_ = Continue::on;
    bool any_dead_ = false; // there was one
    DescriptorSet open_;    // of the present proxy
    DescriptorSet dead_;    // of proxies that died, and not yet closed
    std::byte* bounce_ = nullptr;
};

} // namespace ant

#endif
