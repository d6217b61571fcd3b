// SPDX-License-Identifier: GPL-2.0-only
// Makes operations by Linux and by the model, and compares.
#ifndef ANT_APPS_FILETEST_EXERCISER_H
#define ANT_APPS_FILETEST_EXERCISER_H

#include "model.h"

#include <ant/apps/common/ica_buffer.h>
#include <ant/lib/format.h>
#include <ant/lib/linux_files.h>

namespace ant {

class Exerciser {
public:
    enum class Outcome : uint8_t {
        same,
        differs, ///< complaint() says how
        lost,    ///< a proxy has died; only where that is allowed
    };

    struct Options {
        /// Proxies may be killed meanwhile. Then all files are opened anew, and what was
        /// acknowledged must be there.
        bool survive = false;
        /// Leaves out open files that have lost their name.
        bool only_named = false;
    };

    /// Everything happens in `directory`, which exists; nothing else is in it.
    Exerciser(LinuxFiles& files, const char* directory, Options options);
    ~Exerciser();
    Exerciser(const Exerciser&) = delete;
    Exerciser& operator=(const Exerciser&) = delete;

    /// False: no memory.
    [[nodiscard]] bool valid() const { return private_ != nullptr && ica_.valid(); }

    /// Closes and removes everything that is left of earlier operations.
    [[nodiscard]] Outcome begin();
    /// One operation that the model knows.
    [[nodiscard]] Outcome step(const Operation& operation);
    /// Compares all names and all contents.
    [[nodiscard]] Outcome verify();
    /// begin(), all of those that the model knows, verify().
    [[nodiscard]] Outcome replay(std::span<const Operation> operations);
    /// Of another process, which is dead: compares with what there must be after the operations
    /// that were `done`, and after one more, perhaps, that was `begun`.
    [[nodiscard]] Outcome resume(std::span<const Operation> done, std::span<const Operation> begun);
    void close_all();

    [[nodiscard]] const Model& model() const { return model_; }
    /// What was wrong last.
    [[nodiscard]] std::string_view complaint() const { return {complaint_, complaint_length_}; }
    /// How often a proxy was lost.
    [[nodiscard]] unsigned lost() const { return lost_; }

private:
    static constexpr size_t guard_bytes = 32;
    static constexpr size_t path_bytes = 256;
    static constexpr size_t buffer_bytes =
        Model::max_file_bytes + Operation::max_misalignment + 2 * guard_bytes;

    /// A write that may have been carried out in part when its proxy died.
    struct Torn {
        size_t node = Model::nowhere;
        size_t start = 0;
        size_t length = 0;
        uint32_t seed = 0;
        size_t seed_start = 0; // of the data
        size_t old_size = 0;   // of the file
    };

    [[nodiscard]] std::byte* buffer_of(const Operation& operation) const;
    [[nodiscard]] const char* full_path(std::span<char> buffer, FilePath path) const;
    int64_t perform(const Operation& operation);
    int64_t perform_on_path(const Operation& operation);
    int64_t keep(uint8_t slot, int64_t descriptor);
    int64_t status_of(int64_t result, const antlinux_stat& status) const;
    int64_t list(const char* path);
    int64_t remove_below(char* path, size_t length);

    [[nodiscard]] bool is_loss(const Operation& operation, int64_t result);
    Outcome recover(const Operation& operation, int64_t result);
    [[nodiscard]] Torn torn_by(const Operation& operation, int64_t result);
    Outcome patiently(Outcome (Exerciser::*check)(Torn&), Torn& torn);
    Outcome begin_once(Torn& none);
    Outcome compare_all(Torn& torn);
    Outcome compare_directory(const char* path, size_t node, uint8_t directory, Torn& torn);
    Outcome compare_file(const char* path, size_t node, Torn& torn);
    Outcome compare_content(const char* path, int descriptor, size_t node, Torn& torn);
    Outcome compare_read(const Operation& operation, int64_t result, const Expected& expected);
    [[nodiscard]] Outcome failure(const char* what, const char* path, int64_t result);
    Outcome complain(const char* format, ...) __attribute__((format(printf, 2, 3)));

    LinuxFiles& files_;
    const char* directory_;
    bool survive_;
    Model model_;
    int descriptors_[Operation::slots];
    std::byte* private_;
    IcaBuffer ica_;
    unsigned lost_ = 0;
    bool doubled_ = false; // Linux has just given out a descriptor that an open file of ours has
    char complaint_[256] = {};
    size_t complaint_length_ = 0;
};

} // namespace ant

#endif
