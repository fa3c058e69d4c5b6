// contexts.h — the contexts of all endpoints: made when a configuration is taken over, one for all that say the same.
#pragma once

#include "control/config/objects.h"
#include "control/dtls/context.h"
#include "dataplane/base/error.h"

#include <map>
#include <memory>
#include <string>

namespace rb::dtls {

/// Owner: control.
class Contexts {
public:
    /// Makes the certificate that is shown where no file is named, and lasts as long as this.
    [[nodiscard]] static Result<Contexts> create();

    /// Reads the files that the endpoints name, anew. An Error says what is wrong with which of them; what was in use
    /// before then stays so.
    [[nodiscard]] Result<void> use(const config::Snapshot& snapshot);

    /// The context of an endpoint, of this configuration or one before; an Error where its files have never been good.
    [[nodiscard]] Result<std::shared_ptr<const Context>> of(const config::Endpoint& endpoint);

private:
    using ByTerms = std::map<std::string, std::shared_ptr<const Context>>;

    explicit Contexts(std::shared_ptr<const Certificate> own) : own_{std::move(own)} {}
    [[nodiscard]] Result<std::shared_ptr<const Context>> make(const config::Endpoint& endpoint) const;

    std::shared_ptr<const Certificate> own_;
    ByTerms contexts_;
};

}  // namespace rb::dtls
