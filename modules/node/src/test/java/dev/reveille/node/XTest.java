package dev.reveille.node;

class XTest {
    @org.junit.jupiter.api.Test
    void x() {}
}
