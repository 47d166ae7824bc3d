import Testing

@testable import sesscli
