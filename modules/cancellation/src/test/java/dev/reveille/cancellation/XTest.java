package dev.reveille.cancellation;

class XTest {
    @org.junit.jupiter.api.Test
    void x() {}
}
