// SPDX-License-Identifier: GPL-2.0-only
// The Tab key: which names, what is inserted, how it is quoted; and in the line editor.
#include <ant/apps/antsh/completion.h>
#include <ant/apps/antsh/line_editor.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace {

using Names = std::vector<std::string>;

/// What there is to complete; a NameSource is two plain functions.
struct World {
    Names commands;
    std::map<std::string, Names> directories;
    Names asked; // directory and prefix
};
World world;

const ant::NameSource source = {
    .commands =
        [](ant::Sink& found) {
            for (const std::string& name : world.commands)
                found.write(name);
        },
    .directory =
        [](const char* path, const char* prefix, ant::Sink& found) {
            world.asked.push_back(std::string(path) + " " + prefix);
            for (const std::string& name : world.directories[path])
                found.write(name);
        },
};

struct Screen final : ant::Sink {
    void write(std::string_view piece) override { text += piece; }
    std::string text;
};

class CompletionTest : public testing::Test {
protected:
    CompletionTest() {
        world = {.commands = {"cat", "calltest", "cores", "echo", "time", "on", "echo"},
                 .directories = {{".", {"./", "../", "etc/", "host/", "hello"}},
                                 {"/", {"./", "../", "etc/", "host/", "home/", ".hidden"}},
                                 {"/host/",
                                  {"hello.txt", "a b", "it's", "$x", "n\u00e4he", "n\u00e4mlich"}},
                                 {"/etc/", {"passwd", "passwd-"}}},
                 .asked = {}};
    }
    std::string complete(const std::string& line) { return std::string(completion.complete(line)); }
    Names names() const { return {completion.names().begin(), completion.names().end()}; }

    ant::Completion completion{source};
};

TEST_F(CompletionTest, Commands) {
    EXPECT_EQ(complete("ec"), "ho ");
    EXPECT_EQ(complete("ca"), "");
    EXPECT_EQ(names(), (Names{"calltest", "cat"}));
    EXPECT_EQ(complete("cal"), "ltest ");
    EXPECT_EQ(complete("echo"), " ");
    EXPECT_EQ(complete("nope"), "");
    EXPECT_TRUE(names().empty());
    EXPECT_EQ(complete(""), "");
    EXPECT_EQ(names(), (Names{"calltest", "cat", "cores", "echo", "on", "time"}));
    EXPECT_TRUE(world.asked.empty());
}

TEST_F(CompletionTest, WhereACommandStands) {
    for (const char* before : {"", "  ", "true; ", "true;", "a && ", "a|| ", "a & ", "time ",
                               "on 2 ", "time on 2 ", "echo 'a;b' \"c\" ; "})
        EXPECT_EQ(complete(std::string(before) + "ec"), "ho ") << before;
    for (const char* before : {"echo ", "on ", "# ", "run ", "echo ';", "echo \\; ", "on 2 cat "})
        EXPECT_EQ(complete(std::string(before) + "ec"), "") << before;
}

TEST_F(CompletionTest, Paths) {
    EXPECT_EQ(complete("cat /et"), "c/") << "no blank: it goes on there";
    EXPECT_EQ(complete("cat /ho"), "");
    EXPECT_EQ(names(), (Names{"home/", "host/"}));
    EXPECT_EQ(complete("cat /host/h"), "ello.txt ");
    EXPECT_EQ(complete("cat /etc/p"), "asswd");
    EXPECT_EQ(complete("cat /etc/passwd"), "");
    EXPECT_EQ(names(), (Names{"passwd", "passwd-"}));
    EXPECT_EQ(complete("/ho"), "") << "a program of Linux's file system";
    EXPECT_EQ(names().size(), 2u);
    EXPECT_EQ(complete("run /et"), "c/");
    EXPECT_EQ(world.asked.at(0), "/ et");
    EXPECT_EQ(world.asked.at(2), "/host/ h");
}

TEST_F(CompletionTest, ARelativePathIsLookedUpWhereAProxyIs) {
    EXPECT_EQ(complete("cat he"), "llo ");
    EXPECT_EQ(complete("cat "), "");
    EXPECT_EQ(names(), (Names{"etc/", "hello", "host/"}));
    EXPECT_EQ(world.asked, (Names{". he", ". "}));
}

TEST_F(CompletionTest, NamesWithADotAreForWhoTypesOne) {
    EXPECT_EQ(complete("cat /."), "hidden ");
    EXPECT_EQ(complete("cat /"), "");
    EXPECT_EQ(names(), (Names{"etc/", "home/", "host/"}));
}

TEST_F(CompletionTest, Quoting) {
    EXPECT_EQ(complete("cat /host/a"), "\\ b ");
    EXPECT_EQ(complete("cat /host/a\\ "), "b ");
    EXPECT_EQ(complete("cat \"/host/a"), " b\" ");
    EXPECT_EQ(complete("cat '/host/a"), " b' ");
    EXPECT_EQ(complete("cat /host/i"), "t\\'s ");
    EXPECT_EQ(complete("cat \"/host/i"), "t's\" ");
    EXPECT_EQ(complete("cat /host/\\$"), "x ");
    EXPECT_EQ(complete("cat '/et"), "c/") << "the quote stays open: it goes on there";
    EXPECT_EQ(complete("cat '/e'\"t\"c/passwd"), "");
    EXPECT_EQ(names(), (Names{"passwd", "passwd-"}));
}

TEST_F(CompletionTest, NoHalfCharacters) {
    world.directories["/u/"] = {"x\u00e4", "x\u00f6"}; // they differ in the second byte
    EXPECT_EQ(complete("cat /u/"), "x");
    EXPECT_EQ(complete("cat /u/x"), "");
    EXPECT_EQ(complete("cat /host/n"), "\u00e4");
}

TEST_F(CompletionTest, AWordThatIsTooLong) {
    EXPECT_EQ(complete("cat /" + std::string(3000, 'x')), "");
    EXPECT_TRUE(world.asked.empty());
}

TEST_F(CompletionTest, Table) {
    Screen screen;
    std::string& text = screen.text;
    EXPECT_EQ(complete("cat /etc/p"), "asswd");
    completion.list(screen, 80);
    EXPECT_EQ(text, "passwd   passwd-\n");
    text.clear();
    completion.list(screen, 10);
    EXPECT_EQ(text, "passwd\npasswd-\n");
    world.directories["/n/"] = {"d", "b", "a", "c", "\u00e4"};
    EXPECT_EQ(complete("cat /n/"), "");
    text.clear();
    completion.list(screen, 7);
    EXPECT_EQ(text, "a  d\nb  \u00e4\nc\n");
}

/// Tab in the line editor.
class TabTest : public CompletionTest {
protected:
    TabTest() { editor.begin(); }
    void type(std::string_view keys) {
        for (const char key : keys)
            EXPECT_EQ(editor.key(key), ant::LineEditor::Event::none);
    }
    Screen screen;
    ant::History history;
    ant::LineEditor editor{history, screen, "$ ", &completion};
};

TEST_F(TabTest, InsertsAtTheCursor) {
    type("ec\tx");
    EXPECT_EQ(editor.line(), "echo x");
    type("\x01\x0b"
         "ec /et\x1b[D\x1b[D\x1b[D\x1b[D\t");
    EXPECT_EQ(editor.line(), "echo  /et");
    EXPECT_EQ(screen.text.find('\a'), std::string::npos);
}

TEST_F(TabTest, TheSecondTabListsAndTheLineIsThereAgain) {
    type("cat /ho\t");
    EXPECT_EQ(screen.text, "$ cat /ho\a");
    screen.text.clear();
    type("\t");
    EXPECT_EQ(screen.text.find("\nhome/  host/\n\r$ cat /ho"), 0u) << screen.text;
    type("s\t");
    EXPECT_EQ(editor.line(), "cat /host/");
}

TEST_F(TabTest, TheFirstTabAfterAnotherKeyListsNothing) {
    type("cat /ho\tx\x7f\t");
    EXPECT_EQ(screen.text.find("home/"), std::string::npos);
    type("\t");
    EXPECT_NE(screen.text.find("home/"), std::string::npos);
}

TEST_F(TabTest, NothingToComplete) {
    type("nope\t\t");
    EXPECT_EQ(screen.text, "$ nope\a\a");
    EXPECT_EQ(editor.line(), "nope");
}

TEST(LineEditorWithoutNames, TabIsNoKey) {
    Screen screen;
    std::string& text = screen.text;
    ant::History history;
    ant::LineEditor editor(history, screen, "$ ");
    EXPECT_EQ(editor.key('\t'), ant::LineEditor::Event::none);
    EXPECT_EQ(editor.line(), "");
    EXPECT_EQ(text, "\a");
}

} // namespace
