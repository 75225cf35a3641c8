// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "jose-alone",
    dependencies: [
        // In a repository of your own: .package(url: …) in the place of the path.
        .package(name: "vidimus", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "SignAndVerify", dependencies: [.product(name: "VidimusJOSE", package: "vidimus")],
            path: "Sources/SignAndVerify")
    ]
)
