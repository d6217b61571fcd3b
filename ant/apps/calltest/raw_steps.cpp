// SPDX-License-Identifier: GPL-2.0-only
// Steps that break rules: calls with arguments as given, and LCAs that are none.
#include "steps.h"

#include <ant/lib/errno.h>
#include <ant/lib/stdlib.h>
#include <ant/lib/string.h>
#include <ant/lib/system_call.h>

namespace ant {

/// A number, or "@" (descriptor), "buf" (the buffer), "lca", "text:..." (a string).
bool StepRunner::raw_argument(const char* word, uint64_t& value) {
    const std::string_view text = word;
    constexpr std::string_view text_prefix = "text:";
    int64_t number = 0;
    if (text == "@") {
        value = static_cast<uint64_t>(int64_t{opened_});
    } else if (text == "buf") {
        value = address_of(buffer_.data());
    } else if (text == "lca") {
        value = address_of(files_.lca().block());
    } else if (text.starts_with(text_prefix)) {
        const auto payload = files_.lca().payload();
        const auto room = static_cast<size_t>(payload.data() + payload.size() - text_end_);
        const size_t size = text.size() - text_prefix.size() + 1;
        if (size > room)
            return false;
        memcpy(text_end_, word + text_prefix.size(), size);
        value = address_of(text_end_);
        text_end_ += size;
    } else if (parse_number(text, number)) {
        value = static_cast<uint64_t>(number);
    } else {
        return parse_number(text, value); // beyond 2^63
    }
    return true;
}

bool StepRunner::step_raw(Words words) {
    uint64_t number = 0;
    if (!parse_number(words[1], number) || number > UINT32_MAX || files_.lca().prepare() != 0)
        return false;
    text_end_ = files_.lca().payload().data();
    uint64_t a[ANTLINUX_MAX_ARGS] = {};
    for (size_t i = 2; i < words.size(); i++)
        if (!raw_argument(words[i], a[i - 2]))
            return false;
    print_result(files_.lca().call(static_cast<LinuxNumber>(number), files_.continues(),
                                   {a[0], a[1], a[2], a[3], a[4], a[5]}));
    return true;
}

/// Hands the kernel what it must refuse, and prints its answer.
bool StepRunner::step_badlca(Words words) {
    const std::string_view how = words[1];
    auto* area = static_cast<std::byte*>(ica_alloc(sizeof(antlinux_lca) * 2));
    if (area == nullptr)
        return false;
    alignas(ANTLINUX_LCA_ALIGN) antlinux_lca lca = {}; // so that each is refused for its own reason
    lca.magic = ANTLINUX_LCA_MAGIC;
    lca.syscallno = ANTLINUX_CALL_NULL;
    uintptr_t address = 0;
    if (how == "private") // right, but not in the ICA
        address = address_of(&lca);
    else if (how == "unaligned")
        address = address_of(area + 4);
    else if (how == "magic") {
        lca.magic++;
        address = address_of(area);
    } else if (how == "kernel") // AnT's kernel, not the process's
        address = ANT_USER_END + 0x400000;
    else if (how == "unmapped") // the ICA, but not this process's part of it
        address = address_of(area) + size_t{64} * ANTLINUX_PAGE_SIZE;
    else if (how != "null")
        return false;
    if (how == "unaligned" || how == "magic")
        memcpy(reinterpret_cast<void*>(address), &lca, sizeof(lca));
    print_result(system_call<SystemCall::linux_call>(UserPointer<antlinux_lca>{address}, 0U));
    ica_free(area);
    return true;
}

} // namespace ant
