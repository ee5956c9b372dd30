package x;

class X {}
