import ArgumentParser
import Hummingbird
import HummingbirdTLS
import Configuration
@main struct Zhuqi: AsyncParsableCommand { }
