// SPDX-License-Identifier: GPL-2.0-only
// Types for addresses, so that the compiler keeps them apart.
//
// The NOLINTs: clang-tidy 14 takes the 0 inside a defaulted operator<=> for a null pointer.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "ant/base/assert.h"
#include "ant/base/number.h"

namespace ant {

constexpr std::uint32_t page_size = 4096;
constexpr std::uint32_t large_page_size = 2u << 20; // one page directory entry, SDM vol. 3, 4.4

// A count of 4 KiB pages.
class PageCount {
public:
    constexpr PageCount() = default;
    constexpr explicit PageCount(std::uint32_t pages) : pages_(pages) {}
    // The pages that so many bytes need.
    static constexpr PageCount for_bytes(std::uint64_t bytes) {
        const std::uint64_t pages = (bytes + page_size - 1) / page_size;
        ASSERT(pages <= 0xffffffffu);
        return PageCount{static_cast<std::uint32_t>(pages)};
    }
    constexpr std::uint32_t value() const { return pages_; }
    constexpr std::uint64_t bytes() const { return std::uint64_t{pages_} * page_size; }
    friend constexpr auto operator<=>(PageCount,
                                      PageCount) = default; // NOLINT(modernize-use-nullptr)
    constexpr PageCount& operator+=(PageCount other) {
        pages_ += other.pages_;
        return *this;
    }
    constexpr PageCount& operator-=(PageCount other) {
        pages_ -= other.pages_;
        return *this;
    }
    friend constexpr PageCount operator+(PageCount a, PageCount b) { return a += b; }
    friend constexpr PageCount operator-(PageCount a, PageCount b) { return a -= b; }

private:
    std::uint32_t pages_ = 0;
};

// An address of one kind. AnT's memory lies below 4 GiB, so 32 bits hold either kind; physical
// addresses that come from Linux are 64 bits wide and are checked before they become one of these.
template<typename Tag> class Address {
public:
    constexpr Address() = default;
    constexpr explicit Address(std::uint32_t value) : value_(value) {}

    constexpr std::uint32_t value() const { return value_; }
    friend constexpr auto operator<=>(Address, Address) = default; // NOLINT(modernize-use-nullptr)

    constexpr std::uint32_t page_offset() const { return value_ & (page_size - 1); }
    constexpr bool is_page_aligned() const { return page_offset() == 0; }
    constexpr bool is_aligned(std::uint32_t power_of_two) const {
        return (value_ & (power_of_two - 1)) == 0;
    }
    constexpr Address page_start() const { return Address{value_ & ~(page_size - 1)}; }
    constexpr Address large_page_start() const { return Address{value_ & ~(large_page_size - 1)}; }

    friend constexpr Address operator+(Address a, std::uint32_t bytes) {
        return Address{a.value_ + bytes};
    }
    friend constexpr Address operator-(Address a, std::uint32_t bytes) {
        return Address{a.value_ - bytes};
    }
    friend constexpr std::uint32_t operator-(Address a, Address b) { return a.value_ - b.value_; }
    constexpr Address& operator+=(std::uint32_t bytes) { return *this = *this + bytes; }

private:
    std::uint32_t value_ = 0;
};

using PhysicalAddress = Address<struct PhysicalTag>;
using VirtualAddress = Address<struct VirtualTag>;

// Bytes from `base` on. The end of a range is 64 bits wide, since a range may reach up to 4 GiB.
template<typename AddressType> struct Range {
    AddressType base{};
    std::uint32_t size = 0;

    static constexpr Range of_pages(AddressType base, PageCount pages) {
        ASSERT(pages.bytes() <= 0xffffffffu);
        return {base, static_cast<std::uint32_t>(pages.bytes())};
    }

    friend constexpr bool operator==(const Range&, const Range&) = default;
    constexpr std::uint64_t end() const { return std::uint64_t{base.value()} + size; }
    constexpr bool is_empty() const { return size == 0; }
    // False for a range that would wrap around at 4 GiB.
    constexpr bool is_valid() const { return end() <= (std::uint64_t{1} << 32); }
    constexpr bool is_page_aligned() const {
        return base.is_page_aligned() && size % page_size == 0;
    }
    constexpr PageCount pages() const { return PageCount::for_bytes(size); }
    constexpr bool contains(AddressType address) const {
        return address >= base && address.value() < end();
    }
    constexpr bool contains(const Range& other) const {
        return other.base >= base && other.end() <= end();
    }
    constexpr bool overlaps(const Range& other) const {
        return other.base.value() < end() && base.value() < other.end();
    }
};

using PhysicalRange = Range<PhysicalAddress>;
using VirtualRange = Range<VirtualAddress>;

// Where virtual = physical: AnT's region and its devices, in the kernel and in a process's ICA.
constexpr VirtualAddress identity(PhysicalAddress address) {
    return VirtualAddress{address.value()};
}

// The kernel's way from an address to memory; meaningful on the 32-bit machine only.
template<typename T> T* pointer_to(VirtualAddress address) {
    return reinterpret_cast<T*>(static_cast<std::uintptr_t>(address.value()));
}
inline VirtualAddress address_of(const void* pointer) {
    const auto value = reinterpret_cast<std::uintptr_t>(pointer);
    ASSERT(value == static_cast<std::uint32_t>(value));
    return VirtualAddress{static_cast<std::uint32_t>(value)};
}

} // namespace ant
