"""The compiled inner loops, built where there is a C compiler and left out where there is none."""

from setuptools import Extension, setup

setup(ext_modules=[Extension("cleannews.kernels._kernels", ["src/cleannews/kernels/_kernels.c"], optional=True,
                             extra_compile_args=["-O3", "-g0"])])
