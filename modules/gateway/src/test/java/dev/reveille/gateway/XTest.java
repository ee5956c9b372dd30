package dev.reveille.gateway;

class XTest {
    @org.junit.jupiter.api.Test
    void x() {}
}
