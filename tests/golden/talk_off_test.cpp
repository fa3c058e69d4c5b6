// Goal: nobody presses keys by speaking (talk-off, ITU-T Q.24 §3.7; Bellcore allows ten in half an hour), nor is taken
// for a fax machine.
// Method: all English prompts of the sounds package, some twenty minutes of a woman's voice, and its music.
#include "codecs/cng_detector.h"
#include "codecs/dtmf_detector.h"
#include "control/files/sound_file.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace rb::codecs {
namespace {

namespace fs = std::filesystem;

struct Heard {
    double minutes = 0;
    std::string keys;
    int faxes = 0;
};

Heard listen_to(const fs::path& directory)
{
    Heard heard;
    for (const auto& file : fs::recursive_directory_iterator{directory}) {
        auto samples = file.path().extension() == ".wav" ? files::read_sound(file.path(), DtmfDetector::kRate)
                                                         : Result<std::vector<Sample>>{};
        DtmfDetector detector;
        CngDetector fax;
        for (std::size_t at = 0; samples && at + 160 <= samples->size(); at += 160) {
            for (const auto& change : detector.process(std::span{*samples}.subspan(at, 160))) {
                heard.keys += change.released ? std::string{} : std::string(1, change.digit);
            }
            heard.faxes += fax.process(std::span{*samples}.subspan(at, 160)) ? 1 : 0;
        }
        heard.minutes += samples ? static_cast<double>(samples->size()) / DtmfDetector::kRate / 60 : 0;
    }
    return heard;
}

TEST(TalkOff, SpeechAndMusicPressNoKeys)
{
    const fs::path sounds = "/usr/share/asterisk/sounds";
    const fs::path music = "/usr/share/asterisk/moh";
    ASSERT_TRUE(fs::exists(sounds) && fs::exists(music)) << "the packages of tools/packages are not installed";
    for (const fs::path& directory : {sounds, music}) {
        const Heard heard = listen_to(directory);
        EXPECT_GT(heard.minutes, 4) << directory;
        EXPECT_LE(static_cast<double>(heard.keys.size()), heard.minutes / 3) << heard.keys;
        EXPECT_EQ(heard.faxes, 0);
        RecordProperty(directory.filename(), heard.keys + " in " + std::to_string(heard.minutes) + " minutes");
    }
}

}  // namespace
}  // namespace rb::codecs
