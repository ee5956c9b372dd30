package x;

class XTest {
    @org.junit.jupiter.api.Test
    void x() {}
}
