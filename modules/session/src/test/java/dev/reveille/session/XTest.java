package dev.reveille.session;

class XTest {
    @org.junit.jupiter.api.Test
    void x() {}
}
