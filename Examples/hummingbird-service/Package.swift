// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "orders",
    dependencies: [
        // In a repository of your own: .package(url: …) in the place of the path.
        .package(name: "vidimus", path: "../.."),
        // As the parent has it, so that both build the same Hummingbird.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Orders",
            dependencies: [
                .product(name: "VidimusGuardHummingbird", package: "vidimus"),
                .product(name: "VidimusGuard", package: "vidimus"),
                .product(name: "VidimusGuardRemote", package: "vidimus"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ])
    ]
)
