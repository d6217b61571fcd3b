// SPDX-License-Identifier: GPL-2.0-only
// The cpio reader: real archives, and damaged ones in every place.
#include "ant/mkernel/cpio.h"

#include <memory>
#include <vector>

#include "sample_cpio.h"
#include "support.h"

namespace ant::test {
namespace {

// On the heap with exactly its size, so that AddressSanitizer sees a read behind it.
class Exact {
public:
    explicit Exact(std::string_view text)
        : bytes_(std::make_unique<std::byte[]>(text.size())), size_(text.size()) {
        std::copy_n(reinterpret_cast<const std::byte*>(text.data()), size_, bytes_.get());
    }
    std::span<const std::byte> span() const { return {bytes_.get(), size_}; }

private:
    std::unique_ptr<std::byte[]> bytes_;
    std::size_t size_;
};

std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Archive sample() {
    Archive archive;
    archive.add(".", "", 0040755)
        .add("./bin", "", 0040755)
        .add("./bin/antsh", "program")
        .add("/etc/motd", "hello", 0100644)
        .add("empty", "", 0100644)
        .end();
    return archive;
}

TEST(Cpio, ReadsEveryEntry) {
    const Exact archive{sample().text()};
    CpioReader reader{archive.span()};
    std::vector<std::string> names;
    while (true) {
        const auto entry = reader.next();
        ASSERT_TRUE(entry.is_ok());
        if (!entry.value())
            break;
        names.emplace_back(entry.value()->name);
    }
    EXPECT_THAT(names, testing::ElementsAre(".", "bin", "bin/antsh", "etc/motd", "empty"));
    EXPECT_FALSE(reader.next().value().has_value()); // stays at the end
}

TEST(Cpio, FindsFilesHoweverTheyAreWritten) {
    const Exact archive{sample().text()};
    for (const char* name : {"bin/antsh", "/bin/antsh", "./bin/antsh"})
        EXPECT_EQ(text_of(find_file(archive.span(), name).value().data), "program");
    EXPECT_EQ(find_file(archive.span(), "etc/motd").value().mode, 0100644u);
    EXPECT_EQ(find_file(archive.span(), "empty").value().data.size(), 0u);
    EXPECT_EQ(find_file(archive.span(), "bin").error(), Errno::enoent); // a directory
    EXPECT_EQ(find_file(archive.span(), "bin/nope").error(), Errno::enoent);
    EXPECT_EQ(find_file(archive.span(), "").error(), Errno::enoent);
}

TEST(Cpio, PaddingBehindTheEndIsNoEntry) {
    Archive archive = sample();
    archive.text() += std::string(512, '\0');
    const Exact exact{archive.text()};
    EXPECT_EQ(find_file(exact.span(), "nope").error(), Errno::enoent);
}

TEST(Cpio, EveryTruncationIsAnError) {
    const std::string whole = sample().text();
    const std::size_t needed = whole.find("TRAILER!!!") + std::string_view{"TRAILER!!!"}.size() + 1;
    for (std::size_t length = 0; length < needed; ++length) {
        const Exact cut{std::string_view{whole}.substr(0, length)};
        EXPECT_EQ(find_file(cut.span(), "nope").error(), Errno::einval) << length;
    }
    const Exact enough{std::string_view{whole}.substr(0, needed)};
    EXPECT_EQ(find_file(enough.span(), "nope").error(), Errno::enoent);
}

TEST(Cpio, HugeSizesAreErrors) {
    for (const std::size_t field : {6u, 11u}) { // file size, name size
        for (const char* size : {"FFFFFFFF", "80000000", "FFFFFF8E", "FFFFFFFC", "0000FFFF"}) {
            Archive archive = sample();
            archive.text().replace(6 + field * 8, 8, size);
            const Exact exact{archive.text()};
            EXPECT_EQ(find_file(exact.span(), "nope").error(), Errno::einval);
        }
    }
}

TEST(Cpio, MalformedHeadersAreErrors) {
    auto with = [](std::size_t at, std::string_view text) {
        Archive archive = sample();
        archive.text().replace(at, text.size(), text);
        const Exact exact{archive.text()};
        return find_file(exact.span(), "nope").error();
    };
    EXPECT_EQ(with(0, "070707"), Errno::einval); // the old format
    EXPECT_EQ(with(6 + 8, "0000-1FF"), Errno::einval);
    EXPECT_EQ(with(6 + 8, "0x00001F"), Errno::einval);
    EXPECT_EQ(with(6 + 11 * 8, "00000000"), Errno::einval); // a name without even its NUL
    EXPECT_EQ(with(111, "x"), Errno::einval);               // a name that does not end
    EXPECT_EQ(with(0, "070702"), Errno::enoent);            // with checksum: fine
}

class CpioRandom : public Seeded {};

// Damaged anywhere: whatever the answer, it comes, and nothing outside the archive is read.
TEST_P(CpioRandom, DamageIsSurvived) {
    const std::string whole = sample().text();
    for (int round = 0; round < 3000; ++round) {
        std::string damaged = whole;
        for (std::uint32_t i = random(1, 4); i > 0; --i)
            damaged[random(0, static_cast<std::uint32_t>(damaged.size() - 1))] =
                "0123456789abcdefFx\0\xff"[random(0, 19)];
        const Exact exact{damaged};
        CpioReader reader{exact.span()};
        int entries = 0;
        while (true) {
            const auto entry = reader.next();
            if (entry.is_error() || !entry.value())
                break;
            for (const std::byte byte : entry.value()->data)
                entries += byte == std::byte{1}; // reads all of it
            ASSERT_LT(++entries, 1000);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CpioRandom, testing::Range(1u, 4u));

} // namespace
} // namespace ant::test
