// Goal: numbers are said as each language says them, in the sounds of Asterisk's packages.
// Method: by hand where a rule begins or ends; what is said in English is added up again as a property.
#include "control/applications/say.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::applications {
namespace {

/// "1 hundred 20 1"
std::string said(long number, std::string_view language, char gender = '\0')
{
    std::string words;
    for (const std::string& sound : say_number(number, language, gender)) {
        words += (words.empty() ? "" : " ") + sound.substr(sound.find('/') + 1);
    }
    return words;
}

TEST(Say, EnglishNumbers)
{
    EXPECT_EQ(said(0, "en"), "0");
    EXPECT_EQ(said(19, "en_US"), "19");
    EXPECT_EQ(said(40, "xx"), "40");
    EXPECT_EQ(said(121, ""), "1 hundred 20 1");
    EXPECT_EQ(said(3007, "en"), "3 thousand 7");
    EXPECT_EQ(said(-12'345'678, "en"), "minus 12 million 3 hundred 40 5 thousand 6 hundred 70 8");
    EXPECT_EQ(said(999'999'999, "en").substr(0, 22), "9 hundred 90 9 million");
    EXPECT_EQ(said(1'000'000'000, "en"), "");
    EXPECT_EQ(said(-1'000'000'000, "de"), "");
}

TEST(Say, GermanNumbers)
{
    EXPECT_EQ(said(1, "de"), "1");
    EXPECT_EQ(said(1, "de_AT", 'f'), "1F");
    EXPECT_EQ(said(21, "de"), "1-and 20");
    EXPECT_EQ(said(100, "de"), "hundred");
    EXPECT_EQ(said(101, "de"), "1N hundred 1");
    EXPECT_EQ(said(250, "de"), "2 hundred 50");
    EXPECT_EQ(said(1000, "de"), "thousand");
    EXPECT_EQ(said(1001, "de", 'f'), "1N thousand 1F");
    EXPECT_EQ(said(34'567, "de"), "4-and 30 thousand 5 hundred 7-and 60");
    EXPECT_EQ(said(1'000'000, "de"), "1F million");
    EXPECT_EQ(said(2'000'100, "de"), "2 millions 1N hundred");
}

TEST(Say, SpanishNumbers)
{
    EXPECT_EQ(said(1, "es"), "1");
    EXPECT_EQ(said(1, "es", 'm'), "1M");
    EXPECT_EQ(said(29, "es"), "29");
    EXPECT_EQ(said(30, "es"), "30");
    EXPECT_EQ(said(31, "es_MX", 'f'), "30 and 1F");
    EXPECT_EQ(said(100, "es"), "100");
    EXPECT_EQ(said(121, "es"), "100-and 21");
    EXPECT_EQ(said(555, "es"), "500 50 and 5");
    EXPECT_EQ(said(1999, "es"), "thousand 900 90 and 9");
    EXPECT_EQ(said(2000, "es"), "2 thousand");
    EXPECT_EQ(said(1'000'001, "es"), "1M million 1");
    EXPECT_EQ(said(3'000'000, "es"), "3 millions");
}

TEST(Say, FrenchNumbers)
{
    EXPECT_EQ(said(1, "fr", 'f'), "1F");
    EXPECT_EQ(said(20, "fr"), "20");
    EXPECT_EQ(said(21, "fr"), "20 et 1");
    EXPECT_EQ(said(69, "fr"), "60 9");
    EXPECT_EQ(said(70, "fr"), "60 10");
    EXPECT_EQ(said(71, "fr"), "60 et 11");
    EXPECT_EQ(said(80, "fr"), "80");
    EXPECT_EQ(said(81, "fr"), "80 1");
    EXPECT_EQ(said(99, "fr_CA"), "80 19");
    EXPECT_EQ(said(100, "fr"), "hundred");
    EXPECT_EQ(said(242, "fr"), "2 hundred 40 2");
    EXPECT_EQ(said(1000, "fr"), "thousand");
    EXPECT_EQ(said(5100, "fr"), "5 thousand hundred");
    EXPECT_EQ(said(1'000'000, "fr"), "1 million");
}

RC_GTEST_PROP(SayProperty, WhatIsSaidAddsUp, ())
{
    const long number = *rc::gen::inRange(1L, 1'000'000'000L);
    long total = 0;
    long part = 0;
    for (const std::string& sound : say_number(number)) {
        const std::string word = sound.substr(sound.find('/') + 1);
        if (word == "hundred") {
            part *= 100;
        } else if (word == "thousand" || word == "million") {
            total += part * (word == "million" ? 1'000'000 : 1000);
            part = 0;
        } else {
            part += std::stol(word);
        }
    }
    RC_ASSERT((total + part) == number);
}

}  // namespace
}  // namespace rb::applications
