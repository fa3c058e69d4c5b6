// Goal: certificates are made or read, and what cannot be used is refused with the file and the reason.
// Method: files as openssl writes them, each wrong once; endpoints as the configuration has them.
#include "control/dtls/contexts.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace rb::dtls {
namespace {

class Certificates : public ::testing::Test {
protected:
    Certificates() { std::filesystem::create_directories(folder); }
    ~Certificates() override { std::filesystem::remove_all(folder); }

    /// A certificate of its own in these files, made by the command line.
    void make(const std::string& name) const
    {
        const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 " +
                                    std::string{"-subj /CN=test -keyout "} + path(name + ".key") + " -out " +
                                    path(name + ".pem") + " 2>/dev/null";
        ASSERT_EQ(std::system(command.c_str()), 0);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder / name).string(); }
    [[nodiscard]] config::Snapshot with(config::Endpoint endpoint) const
    {
        config::Snapshot snapshot;
        endpoint.media_encryption = {config::MediaEncryption::Dtls};
        snapshot.endpoints.emplace("e", std::move(endpoint));
        return snapshot;
    }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("dtls-certificates-" + std::to_string(getpid()));
};

TEST_F(Certificates, MadeOnesDiffer)
{
    const auto one = Certificate::generate();
    const auto other = Certificate::generate();
    ASSERT_TRUE(one && other);
    EXPECT_NE((*one)->fingerprint(sip::FingerprintHash::Sha256), (*other)->fingerprint(sip::FingerprintHash::Sha256));
    EXPECT_EQ((*one)->fingerprint(sip::FingerprintHash::Sha256), (*one)->fingerprint(sip::FingerprintHash::Sha256));
}

TEST_F(Certificates, AreReadFromOneFileOrTwo)
{
    make("a");
    const auto apart = Certificate::load(path("a.pem"), path("a.key"));
    ASSERT_TRUE(apart) << apart.error().message;
    std::ofstream{path("both.pem")} << std::ifstream{path("a.pem")}.rdbuf() << std::ifstream{path("a.key")}.rdbuf();
    const auto both = Certificate::load(path("both.pem"), "");
    ASSERT_TRUE(both) << both.error().message;
    EXPECT_EQ((*apart)->fingerprint(sip::FingerprintHash::Sha256), (*both)->fingerprint(sip::FingerprintHash::Sha256));
}

TEST_F(Certificates, WhatCannotBeUsedIsNamed)
{
    make("a");
    make("b");
    const auto problem = [&](const std::string& certificate, const std::string& key) {
        const auto loaded = Certificate::load(path(certificate), path(key));
        return loaded ? std::string{} : loaded.error().message;
    };
    EXPECT_NE(problem("none.pem", "a.key").find("DTLS certificate of " + path("none.pem")), std::string::npos);
    EXPECT_NE(problem("a.pem", "none.key").find("DTLS private key of " + path("none.key")), std::string::npos);
    EXPECT_NE(problem("a.key", "a.key").find("certificate"), std::string::npos);
    EXPECT_EQ(problem("a.pem", "b.key"),
              "the DTLS key of " + path("b.key") + " does not belong to the certificate of " + path("a.pem"));
}

TEST_F(Certificates, EndpointsThatSayTheSameShareTheirContext)
{
    auto contexts = Contexts::create();
    ASSERT_TRUE(contexts);
    make("a");
    const config::Endpoint plain;
    config::Endpoint own;
    own.dtls_cert_file = path("a.pem");
    own.dtls_private_key = path("a.key");
    ASSERT_TRUE(contexts->use(with(own)));
    EXPECT_EQ(*contexts->of(plain), *contexts->of(config::Endpoint{}));
    EXPECT_NE(*contexts->of(plain), *contexts->of(own));
    const auto before = *contexts->of(own);
    make("a");  // renewed
    EXPECT_EQ(*contexts->of(own), before) << "until a reload";
    ASSERT_TRUE(contexts->use(with(own)));
    EXPECT_NE((*contexts->of(own))->certificate().fingerprint(sip::FingerprintHash::Sha256),
              before->certificate().fingerprint(sip::FingerprintHash::Sha256));
}

TEST_F(Certificates, AReloadThatFailsChangesNothing)
{
    auto contexts = Contexts::create();
    ASSERT_TRUE(contexts);
    make("a");
    config::Endpoint own;
    own.dtls_cert_file = path("a.pem");
    own.dtls_private_key = path("a.key");
    ASSERT_TRUE(contexts->use(with(own)));
    const auto before = *contexts->of(own);
    std::filesystem::remove(path("a.key"));
    const auto used = contexts->use(with(own));
    ASSERT_FALSE(used);
    EXPECT_EQ(used.error().message.find("endpoint [e] of pjsip.conf: "), 0U) << used.error().message;
    EXPECT_EQ(*contexts->of(own), before);
    config::Endpoint bad;
    bad.dtls_cipher = "ROT13";
    EXPECT_NE(contexts->use(with(bad)).error().message.find("dtls_cipher: 'ROT13'"), std::string::npos);
    config::Endpoint trusting;
    trusting.dtls_ca_file = path("none.pem");
    EXPECT_NE(contexts->use(with(trusting)).error().message.find("dtls_ca_file " + path("none.pem")),
              std::string::npos);
}

}  // namespace
}  // namespace rb::dtls
