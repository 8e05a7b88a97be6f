// The control socket: round trip, mode, stale files, long paths, and peers that send nonsense.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "crypto/bytes.h"
#include "station/net/control_message.h"
#include "station/net/control_socket.h"
#include "tests/unit/crypto/vector_file.h"

namespace tram::station {
namespace {

class ControlSocketTest : public testing::Test {
 protected:
  ControlSocketTest() {
    std::string name = (std::filesystem::temp_directory_path() / "tram-control-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    path = folder + "/control.sock";
  }
  ~ControlSocketTest() override { std::filesystem::remove_all(folder); }
  Result<std::unique_ptr<ControlSocket>> open() {
    return ControlSocket::open(
        path, application,
        [this](const ControlRequest& request) {
          on_application = application.is_this_thread();
          if (!request.args.empty() && request.args[0] == "throw") throw std::runtime_error("no disk");
          std::string out = request.cwd;
          for (const auto& arg : request.args) out += "|" + arg;
          return ControlAnswer{.exit = 3, .out = out, .err = request.input.value_or("none")};
        },
        ControlLimits{.request_bytes = 4096, .answer_bytes = 8192, .io_time = std::chrono::milliseconds(100)});
  }
  // Sends raw bytes; the answer, or nothing if the other side closed.
  std::string raw(const std::string& bytes) const {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    std::string answer;
    char piece[512];
    for (ssize_t got; (got = ::recv(fd, piece, sizeof piece, 0)) > 0;)
      answer.append(piece, static_cast<std::size_t>(got));
    ::close(fd);
    return answer;
  }
  static std::string framed(const std::string& text) {
    Bytes bytes;
    append_le(bytes, static_cast<std::uint32_t>(text.size()));
    return std::string(as_text(bytes)) + text;
  }

  std::string folder, path;
  bool on_application = false;
  ApplicationThread application;
};

TEST_F(ControlSocketTest, CarriesACommandAndItsAnswer) {
  const auto socket = open();
  ASSERT_TRUE(socket);
  const auto answer =
      call_control_socket(path, {.args = {"user", "add", "Nguyễn \"A\""}, .cwd = "/srv", .input = "geheim"});
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->exit, 3);
  EXPECT_EQ(answer->out, "/srv|user|add|Nguyễn \"A\"");
  EXPECT_EQ(answer->err, "geheim");
  EXPECT_TRUE(on_application);
  EXPECT_EQ(call_control_socket(path, {.args = {}, .cwd = "/", .input = {}})->err, "none");
  EXPECT_EQ(call_control_socket(path, {.args = {"throw"}, .cwd = "/", .input = {}})->exit, 1);
}

TEST_F(ControlSocketTest, IsForItsOwnerOnly) {
  const auto socket = open();
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_TRUE(S_ISSOCK(found.st_mode));
}

TEST_F(ControlSocketTest, RefusesNonsenseAndGoesOn) {
  const auto socket = open();
  ASSERT_TRUE(socket);
  EXPECT_EQ(raw("GET / HTTP/1.1\r\n\r\n"), "");  // read as a length far above the limit
  EXPECT_EQ(raw(std::string("\xff\xff\xff\xff", 4)), "");
  EXPECT_EQ(raw(framed("{}").substr(0, 3)), "");  // cut: closed after io_time
  EXPECT_EQ(raw(framed("{\"args\":[],\"cwd\":\"/\"}").substr(0, 9)), "");
  for (const char* text :
       {"", "{}", "[]", "{\"args\":[1],\"cwd\":\"/\"}", "{\"args\":[]}", "{\"args\":[],\"cwd\":\"/\",\"stdin\":3}",
        "{\"args\":[\"\xff\"],\"cwd\":\"/\"}", "{\"args\":[[[]]],\"cwd\":\"/\"}"})
    EXPECT_NE(raw(framed(text)).find("\"exit\":2"), std::string::npos) << text;
  EXPECT_TRUE(call_control_socket(path, {.args = {"ok"}, .cwd = "/", .input = {}}));
}

TEST_F(ControlSocketTest, BoundsBothMessages) {
  const auto socket = open();
  EXPECT_EQ(
      call_control_socket(path, {.args = {std::string(5000, 'a')}, .cwd = "/", .input = {}}, {.request_bytes = 4096})
          .error(),
      net_errc::bad_message);
  // A control character takes six bytes as JSON: the request is beyond its limit although the text is not.
  const auto large = call_control_socket(path, {.args = {"a"}, .cwd = std::string(1900, '\1'), .input = {}});
  EXPECT_FALSE(large);
  const auto fits = call_control_socket(path, {.args = {"a"}, .cwd = std::string(600, '\1'), .input = {}});
  ASSERT_TRUE(fits);
  EXPECT_EQ(fits->exit, 3);
}

TEST_F(ControlSocketTest, ReplacesWhatADeadProgramLeftAndNothingElse) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
  EXPECT_EQ(call_control_socket(path, {}).error(), net_errc::not_running);
  {
    const auto socket = open();
    ASSERT_TRUE(socket);
    EXPECT_EQ(open().error(), net_errc::already_running);
    EXPECT_TRUE(call_control_socket(path, {.args = {}, .cwd = "/", .input = {}}));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(call_control_socket(path, {}).error(), net_errc::not_running);
  std::ofstream(path) << "a file of somebody";
  EXPECT_EQ(open().error(), net_errc::io_failed);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(ControlSocketTest, TakesPathsLongerThanASocketAddress) {
  const std::string deep = folder + "/" + std::string(100, 'a') + "/" + std::string(100, 'b');
  std::filesystem::create_directories(deep);
  path = deep + "/control.sock";
  const auto socket = open();
  ASSERT_TRUE(socket);
  EXPECT_TRUE(call_control_socket(path, {.args = {}, .cwd = "/", .input = {}}));
}

TEST(ControlMessage, IsWrittenAndReadAsInTheGoldenFile) {
  const auto vectors = crypto::test::read_vector_file("station/control.txt", 3);
  const ControlRequest plain{.args = {"task", "list", "--json"}, .cwd = "/srv/ban lam viec", .input = {}};
  const ControlRequest with_input{.args = {"user", "add", "Hoa"}, .cwd = "/", .input = "mật khẩu\n"};
  const ControlAnswer answer{.exit = 3, .out = "", .err = "refused: \"x\"\n"};
  EXPECT_EQ(encode(plain), vectors[0].text("text"));
  EXPECT_EQ(encode(with_input), vectors[1].text("text"));
  EXPECT_EQ(encode(answer), vectors[2].text("text"));
  const auto request = decode_control_request(vectors[1].text("text"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->args, with_input.args);
  EXPECT_EQ(request->cwd, with_input.cwd);
  EXPECT_EQ(request->input, with_input.input);
  const auto read = decode_control_answer(vectors[2].text("text"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->exit, answer.exit);
  EXPECT_EQ(read->out, answer.out);
  EXPECT_EQ(read->err, answer.err);
}

}  // namespace
}  // namespace tram::station
