#include "tools/rbctl/top.h"

#include "dataplane/base/clock.h"

#include <clocale>
#include <ncurses.h>
#include <utility>

namespace rb::rbctl {
namespace {

constexpr int kRefresh_ms = 1000;

void draw(const std::vector<std::string>& lines, TopSort sort)
{
    erase();
    for (int y = 0; y < LINES - 1 && static_cast<std::size_t>(y) < lines.size(); ++y) {
        const std::string& line = lines[static_cast<std::size_t>(y)];
        const bool title = y == 0 || line.starts_with("WORKER");
        attrset(title ? A_BOLD : A_NORMAL);
        mvaddnstr(y, 0, line.c_str(), COLS);
    }
    attrset(A_REVERSE);
    const auto key = [sort](TopSort of, const char* text) { return std::string{sort == of ? "*" : " "} + text + "  "; };
    const std::string help = " q quit   worst legs by:" + key(TopSort::Lost, "l lost") +
                             key(TopSort::Jitter, "j jitter") + key(TopSort::Dropped, "d dropped") +
                             key(TopSort::Concealed, "c concealed");
    mvaddnstr(LINES - 1, 0, help.c_str(), COLS);
    attrset(A_NORMAL);
    refresh();
}

/// False to leave.
bool on_key(int key, TopSort& sort)
{
    switch (key) {
        case 'q':
        case 'Q':
            return false;
        case 'l':
            sort = TopSort::Lost;
            break;
        case 'j':
            sort = TopSort::Jitter;
            break;
        case 'd':
            sort = TopSort::Dropped;
            break;
        case 'c':
            sort = TopSort::Concealed;
            break;
        default:
            break;
    }
    return true;
}

}  // namespace

int run_top(const StatsReader& reader)
{
    std::setlocale(LC_ALL, "");
    initscr();
    cbreak();
    noecho();
    curs_set(0);
    timeout(kRefresh_ms);
    TopSort sort = TopSort::Lost;
    Sample before;
    Sample now{reader, SteadyClock::now()};
    bool go_on = true;
    while (go_on && reader.alive()) {
        // A key redraws at once, over the same second.
        if (const Nanos at = SteadyClock::now(); at - now.at() >= std::chrono::milliseconds{kRefresh_ms} / 2) {
            before = std::exchange(now, Sample{reader, at});
        }
        draw(top_screen(reader, Span{before, now}, sort, static_cast<std::size_t>(LINES)), sort);
        go_on = on_key(getch(), sort);
    }
    endwin();
    constexpr int kNoNode = 3;
    return go_on ? kNoNode : 0;
}

}  // namespace rb::rbctl
