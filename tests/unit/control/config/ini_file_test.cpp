// Goal: Asterisk's grammar is read as Asterisk reads it, every value knows its place, and every fault is named.
// Method: pairs of a text and what it holds; each refusal once with its exact message; a round trip as a property.
#include "control/config/ini_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::config {
namespace {

struct Read {
    IniFile file;
    Problems problems;
};

Read read(Texts texts)
{
    Read result;
    result.file = read_ini(*text_source(std::move(texts)), "a.conf", result.problems);
    return result;
}

Read read(const std::string& text)
{
    return read(Texts{{"a.conf", text}});
}

/// Sections and entries in one line: "[name] key=value@line<template ...".
std::string outline(const IniFile& file)
{
    std::string text;
    for (const auto& section : file.sections) {
        text += "[" + section.name + (section.is_template ? "!" : "") + "]";
        for (const auto& entry : section.entries) {
            text += " " + entry.key + (entry.arrow ? "=>" : "=") + entry.value + "@" +
                    std::to_string(entry.origin.place.line);
            text += entry.origin.from_template.empty() ? "" : "<" + entry.origin.from_template;
        }
    }
    return text;
}

std::string first_problem(const Read& result)
{
    return result.problems.empty() ? "" : to_string(result.problems.front());
}

TEST(IniFile, ReadsSectionsAndBothAssignments)
{
    const auto result = read("[a]\nx = 1\r\n  exten => 600,1,Echo()  \n\n[b]\ny=\n");
    EXPECT_EQ(outline(result.file), "[a] x=1@2 exten=>600,1,Echo()@3[b] y=@6");
    EXPECT_TRUE(result.problems.empty());
}

TEST(IniFile, KeepsRepeatedKeysInOrderAndFindsTheLast)
{
    const auto result = read("[a]\nx=1\nX=2\n");
    EXPECT_EQ(outline(result.file), "[a] x=1@2 X=2@3");
    EXPECT_EQ(result.file.sections[0].find("x")->value, "2");
}

TEST(IniFile, DropsComments)
{
    EXPECT_EQ(outline(read("; top\n[a] ; header\nx=1;2 \\; 3\ny=a\\;b;c\n").file), "[a] x=1@3 y=a;b@4");
}

TEST(IniFile, BlockCommentsRunAcrossLinesAndNest)
{
    EXPECT_EQ(outline(read("[a]\nx=1;-- gone\ny=2\n;-- inner --;\n[b]\n--;z=3\nv=4\n;--- a line comment\nw=5\n").file),
              "[a] x=1@2 z=3@6 v=4@7 w=5@9");
}

TEST(IniFile, TemplatesGiveTheirLinesToWhoeverInherits)
{
    const auto result = read("[t](!)\nx=1\n[u](!,t)\ny=2\n[a](u)\nx=3\n");
    EXPECT_EQ(outline(result.file), "[t!] x=1@2[u!] x=1@2<t y=2@4[a] x=1@2<t y=2@4<u x=3@6");
}

TEST(IniFile, InheritsFromSeveralInOrder)
{
    EXPECT_EQ(outline(read("[s](!)\nx=1\n[t](!)\ny=2\n[a](t,s)\n").file), "[s!] x=1@2[t!] y=2@4[a] y=2@4<t x=1@2<s");
}

TEST(IniFile, AnAdditionGoesToTheSectionAbove)
{
    EXPECT_EQ(outline(read("[a]\nx=1\n[b]\n[a](+)\ny=2\n").file), "[a] x=1@2 y=2@5[b]");
    EXPECT_EQ(outline(read("[a]\ntype=aor\n[a]\ntype=auth\n[a](+type=aor)\ny=2\n").file),
              "[a] type=aor@2 y=2@6[a] type=auth@4");
}

TEST(IniFile, IncludesContinueTheSectionTheyStandIn)
{
    const auto result = read(Texts{{"a.conf", "[a]\n#include \"b.conf\"\nz=3\n"}, {"b.conf", "x=1\n[b]\ny=2\n"}});
    EXPECT_EQ(outline(result.file), "[a] x=1@1[b] y=2@3 z=3@3");
    EXPECT_EQ(result.file.sections[0].entries[0].origin.place.file, "b.conf");
}

TEST(IniFile, IncludesByPatternInOrderOfName)
{
    const auto result =
        read(Texts{{"a.conf", "[a]\n#include <d/*.conf>\n"}, {"d/2.conf", "x=2\n"}, {"d/1.conf", "x=1\n"}});
    EXPECT_EQ(outline(result.file), "[a] x=1@1 x=2@1");
}

TEST(IniFile, AFileThatMayBeMissingMayBeMissing)
{
    EXPECT_TRUE(read("[a]\n#tryinclude nothing.conf\n").problems.empty());
    Problems problems;
    EXPECT_TRUE(read_ini(*text_source({}), "a.conf", problems).sections.empty());
    EXPECT_TRUE(problems.empty());
}

TEST(IniFile, NamesEveryFaultWithItsPlace)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"x=1\n", "a.conf:1: 'x' stands before the first [section]"},
        {"[a]\nnonsense\n", "a.conf:2: 'nonsense' is neither [section] nor 'name = value'"},
        {"[a]\n = 1\n", "a.conf:2: '= 1' is neither [section] nor 'name = value'"},
        {"[a\n", "a.conf:1: a section header is written [name]"},
        {"[]\n", "a.conf:1: a section header is written [name]"},
        {"[a] x\n", "a.conf:1: after [a] only (!), (+) or (template, ...) may follow"},
        {"[a](t)\n", "a.conf:1: there is no section [t] above to inherit from"},
        {"[a](+)\nx=1\n", "a.conf:1: there is no section [a] above to add to"},
        {"#exec ls\n", "a.conf:1: #exec is refused: a configuration file does not run programs"},
        {"#import b\n", "a.conf:1: '#import' is not a directive: expected #include or #tryinclude"},
        {"#include\n", "a.conf:1: #include needs a file name"},
        {"#include b.conf\n", "a.conf:1: cannot read the included file 'b.conf' (#tryinclude accepts its absence)"},
        {"#include a.conf\n", "a.conf:1: 'a.conf' includes itself"},
        {"[a]\n;-- open\n", "a.conf:2: this comment is never closed: write --; where it ends"},
        {"[a]\nx=\xff\n", "a.conf:2: the line is not UTF-8 text"},
    };
    for (const auto& [text, message] : cases) {
        const auto result = read(text);
        EXPECT_EQ(first_problem(result), message) << text;
        EXPECT_EQ(result.problems.size(), 1U) << text;
    }
}

TEST(IniFile, ReportsAllFaultsOfAFile)
{
    EXPECT_EQ(read("x=1\n[a](t)\nbad\n#exec y\n").problems.size(), 4U);
}

TEST(IniFile, ALineMayBeAsLongAsTheLimitAndNoLonger)
{
    const std::string longest = "x=" + std::string(kIniLineMax - 2, 'y');
    EXPECT_TRUE(read("[a]\n" + longest + "\n").problems.empty());
    EXPECT_EQ(first_problem(read("[a]\n" + longest + "y\n")), "a.conf:2: the line is longer than 8192 bytes");
}

TEST(IniFile, IncludesMayBeNestedToTheLimitAndNoDeeper)
{
    const auto chain = [](unsigned length) {
        Texts texts{{"a.conf", "[a]\n#include 1\n"}};
        for (unsigned file = 1; file < length; ++file) {
            texts[std::to_string(file)] = "#include " + std::to_string(file + 1) + "\n";
        }
        texts[std::to_string(length)] = "x=1\n";
        return read(std::move(texts));
    };
    EXPECT_EQ(outline(chain(kIncludeDepthMax).file), "[a] x=1@1");
    EXPECT_EQ(first_problem(chain(kIncludeDepthMax + 1)), "16:1: includes are nested deeper than 16");
}

TEST(IniFile, TemplatesOfTemplatesAreBounded)
{
    std::string text = "[0](!)\nx=1\n";
    for (int level = 1; level < 40; ++level) {
        const std::string parent = std::to_string(level - 1);
        text += "[" + std::to_string(level) + "](!," + parent + "," + parent + ")\n";
    }
    EXPECT_EQ(first_problem(read(text)), "a.conf:13: a section may inherit at most 1024 lines");
}

RC_GTEST_PROP(IniFileProperty, WhatIsWrittenIsWhatIsRead, ())
{
    const auto word =
        rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string{"abcXYZ019_.-"})));
    const auto pairs = *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(rc::gen::pair(word, word));
    std::string text = "[a]\n";
    for (const auto& [key, value] : pairs) {
        text += key + " = " + value + "\n";
    }
    const auto result = read(text);
    RC_ASSERT(result.problems.empty());
    RC_ASSERT(result.file.sections[0].entries.size() == pairs.size());
    for (std::size_t at = 0; at < pairs.size(); ++at) {
        RC_ASSERT(result.file.sections[0].entries[at].key == pairs[at].first);
        RC_ASSERT(result.file.sections[0].entries[at].value == pairs[at].second);
        RC_ASSERT(result.file.sections[0].entries[at].origin.place.line == at + 2);
    }
}

RC_GTEST_PROP(IniFileProperty, AnyBytesAreReadWithoutHarm, (const std::string& bytes))
{
    static_cast<void>(read(bytes));
}

}  // namespace
}  // namespace rb::config
