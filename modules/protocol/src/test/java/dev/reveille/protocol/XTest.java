package dev.reveille.protocol;

class XTest {
    @org.junit.jupiter.api.Test
    void x() {}
}
