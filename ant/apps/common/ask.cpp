// SPDX-License-Identifier: GPL-2.0-only
// Questions; see ask.h.
#include <ant/apps/common/ask.h>
#include <ant/apps/common/file.h>
#include <ant/lib/lines.h>

namespace ant {

bool ask(const char* program, const char* what, const char* path) {
    dprintf(standard_error, "%s: %s '%s'? ", program, what, path);
    const File input = File::input("-");
    LineReader reader(input.descriptor());
    const auto answer = reader.next();
    return answer && (answer->starts_with('y') || answer->starts_with('Y'));
}

} // namespace ant
