#include "control/applications/say.h"

namespace rb::applications {
namespace {

constexpr long kThousand = 1000;
constexpr long kMillion = 1'000'000;

/// Collects the sounds of one number, of the parts of which each language says it in its order. The names are those of
/// Asterisk's sound packages.
class Speaker {
public:
    explicit Speaker(char gender) : gender_{gender} {}

    void english(long number)
    {
        if (number >= kMillion) {
            english(number / kMillion);
            say("million");
            number %= kMillion;
        }
        if (number >= kThousand) {
            english(number / kThousand);
            say("thousand");
            number %= kThousand;
        }
        if (number >= 100) {
            say(number / 100);
            say("hundred");
            number %= 100;
        }
        if (number > 20 && number % 10 != 0) {
            say(number / 10 * 10);
            number %= 10;
        }
        if (number > 0) {
            say(number);
        }
    }

    /// Ones before tens; "ein hundert", but "hundert" alone; "eine million".
    void german(long number)
    {
        if (number == 100 || number == kThousand) {
            return say(number == 100 ? "hundred" : "thousand");
        }
        if (number >= kMillion) {
            number / kMillion == 1 ? say("1F") : german(number / kMillion);
            say(number / kMillion == 1 ? "million" : "millions");
            number %= kMillion;
        }
        if (number >= kThousand) {
            number / kThousand == 1 ? say("1N") : german(number / kThousand);
            say("thousand");
            number %= kThousand;
        }
        if (number >= 100) {
            number / 100 == 1 ? say("1N") : say(number / 100);
            say("hundred");
            number %= 100;
        }
        if (number > 20 && number % 10 != 0) {
            say(std::to_string(number % 10) + "-and");
            number -= number % 10;
        }
        say_one(number, false);
    }

    /// Hundreds are words; "y" stands between tens and ones.
    void spanish(long number)
    {
        if (number >= kMillion) {
            number / kMillion == 1 ? say("1M") : spanish(number / kMillion);
            say(number / kMillion == 1 ? "million" : "millions");
            number %= kMillion;
        }
        if (number >= kThousand) {
            if (number / kThousand > 1) {
                spanish(number / kThousand);
            }
            say("thousand");
            number %= kThousand;
        }
        if (number > 100 && number < 200) {
            say("100-and");
            number -= 100;
        } else if (number >= 100) {
            say(number / 100 * 100);
            number %= 100;
        }
        if (number > 30 && number % 10 != 0) {
            say(number / 10 * 10);
            say("and");
            number %= 10;
        }
        say_one(number, true);
    }

    /// 71 is 60 and 11, 80 to 99 are 80 and a rest, 21 has an "et".
    void french(long number)
    {
        if (number >= kMillion) {
            french(number / kMillion);
            say("million");
            number %= kMillion;
        }
        if (number >= kThousand) {
            if (number / kThousand > 1) {
                french(number / kThousand);
            }
            say("thousand");
            number %= kThousand;
        }
        if (number >= 100) {
            if (number / 100 > 1) {
                say(number / 100);
            }
            say("hundred");
            number %= 100;
        }
        if (number > 20) {
            const long tens = number >= 80 ? 80 : number >= 60 ? 60 : number / 10 * 10;
            say(tens);
            if (number < 80 && number % 10 == 1) {
                say("et");
            }
            number -= tens;
        }
        say_one(number, false);
    }

    void say(const std::string& word) { sounds_.push_back("digits/" + word); }
    [[nodiscard]] std::vector<std::string> take() { return std::move(sounds_); }

private:
    void say(long number) { say(std::to_string(number)); }

    /// What is left below a hundred; a one has a gender.
    void say_one(long number, bool male_too)
    {
        if (number == 1 && (gender_ == 'f' || (male_too && gender_ == 'm'))) {
            say(gender_ == 'f' ? "1F" : "1M");
        } else if (number > 0) {
            say(number);
        }
    }

    char gender_;
    std::vector<std::string> sounds_;
};

}  // namespace

std::vector<std::string> say_digits(std::string_view digits)
{
    std::vector<std::string> sounds;
    for (const char digit : digits) {
        if (digit >= '0' && digit <= '9') {
            sounds.push_back(std::string{"digits/"} + digit);
        } else if (digit == '*' || digit == '#') {
            sounds.emplace_back(digit == '*' ? "digits/star" : "digits/pound");
        } else if (digit == '-') {
            sounds.emplace_back("digits/minus");
        }
    }
    return sounds;
}

std::vector<std::string> say_number(long number, std::string_view language, char gender)
{
    constexpr long kBeyond = 1000 * kMillion;
    if (number <= -kBeyond || number >= kBeyond) {
        return {};
    }
    if (number == 0) {
        return {"digits/0"};
    }
    Speaker speaker{gender};
    if (number < 0) {
        speaker.say("minus");
        number = -number;
    }
    const std::string_view spoken = language.substr(0, language.find('_'));
    if (spoken == "de") {
        speaker.german(number);
    } else if (spoken == "es") {
        speaker.spanish(number);
    } else if (spoken == "fr") {
        speaker.french(number);
    } else {
        speaker.english(number);
    }
    return speaker.take();
}

}  // namespace rb::applications
