// The one translation unit that holds the compiled parts of Asio and Beast: every other file
// sees declarations only.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
